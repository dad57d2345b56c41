import { useEffect, useState } from 'react';
import { fileLink } from '../graphql/file-link.ts';
import { untilReady } from '../pictures/until-ready.ts';

/** The link to a poster, once the server has made it: a video element asks for one only once. */
export function usePoster(url: string | null): string | undefined {
  const link = url === null ? undefined : fileLink(url);
  const [ready, setReady] = useState<string>();
  useEffect(() => {
    if (link === undefined) return;
    let isWanted = true;
    void untilReady(link, () => isWanted).then((isReady) => {
      if (isReady && isWanted) setReady(link);
    });
    return () => {
      isWanted = false;
    };
  }, [link]);
  return ready === link ? link : undefined;
}
