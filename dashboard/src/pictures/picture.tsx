import type { ComponentProps } from 'react';
import { fileLink } from '../graphql/file-link.ts';
import { untilReady } from './until-ready.ts';

interface PictureProps extends Omit<ComponentProps<'img'>, 'src' | 'onError'> {
  /** As the API has it. */
  url: string;
  alt: string;
}

/** A picture of the server. Many are made when they are first requested; one that is not ready in time is shown when it is. */
export function Picture({ url, alt, ...img }: PictureProps) {
  return <img {...img} src={fileLink(url)} alt={alt} onError={(event) => void showWhenReady(event.currentTarget)} />;
}

/** The link that each of these has loaded again: what is broken then stays broken. */
const loadedAgain = new WeakMap<HTMLImageElement, string>();

async function showWhenReady(image: HTMLImageElement): Promise<void> {
  const link = image.src;
  const isWanted = () => image.isConnected && image.src === link;
  if (loadedAgain.get(image) === link) return;
  loadedAgain.set(image, link);
  if ((await untilReady(link, isWanted)) && isWanted()) image.src = link;
}
