import type { Sightline } from '../server.ts';

/**
 * A link that signs in to the dashboard, for the person at this terminal. Without a terminal there is none: what is written
 * to a file or to the log of a service stays there, for others to find within its five minutes.
 * @returns null when there is no terminal, or no dashboard for this machine alone
 */
export async function signInLinkFor(
  sightline: Pick<Sightline, 'createSignInLink'>,
  stdout: Pick<NodeJS.WriteStream, 'isTTY'>,
): Promise<string | null> {
  return stdout.isTTY ? sightline.createSignInLink() : null;
}
