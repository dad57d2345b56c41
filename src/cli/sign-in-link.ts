import type { Sightline } from '../server.ts';

/**
 * A link that signs in to the dashboard, for the person at this terminal. Without a terminal there is none: in a file or the log of
 * a service, others could find it within its five minutes.
 * @returns null if there is no terminal, or the dashboard is not limited to this machine
 */
export async function signInLinkFor(
  sightline: Pick<Sightline, 'createSignInLink'>,
  stdout: Pick<NodeJS.WriteStream, 'isTTY'>,
): Promise<string | null> {
  return stdout.isTTY ? sightline.createSignInLink() : null;
}
