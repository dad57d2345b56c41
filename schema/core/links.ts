import type { Context } from '../../src/context.ts';
import { roundUp } from '../../src/pictures/sizes.ts';
import { refusal } from '../../src/refusal.ts';
import { type LinkKind, type LinkParameters, nextHour, signLink } from '../../src/storage/signed-links.ts';

/** A signed link to a file. @param id UUID */
export function linkTo<K extends LinkKind>(
  app: Pick<Context['app'], 'publicUrl' | 'urlSecret'>,
  kind: K,
  id: string,
  parameters: LinkParameters<K>,
): string {
  const signer = { publicUrl: app.publicUrl(), secret: app.urlSecret };
  return signLink(signer, { kind, id, expiresAt: nextHour(new Date()), parameters });
}

/** What descriptions say about these links. */
export const linkHelp =
  'The link works without an API key, stays the same for up to an hour and expires within two hours.';

/** Of an argument for the width of a picture. */
export function widthDescription(of: string): string {
  return `Width in pixels that you need, at least 1. It is rounded up to 320, 640, 1280 or 2560; above that it means full width. Never enlarged. Default: the full width of the ${of}.`;
}

/** The size of the picture to link to. @throws GraphQLError BAD_USER_INPUT */
export function sizeFor(width: number | null | undefined): string {
  if (width != null && width < 1) throw refusal('BAD_USER_INPUT', `width is ${width}; expected 1 or more.`);
  return width == null ? 'full' : String(roundUp(width));
}
