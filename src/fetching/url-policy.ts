import { isIP } from 'node:net';
import { urlNotAllowed } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Which URLs may be fetched: the setting URL_INGEST and its list. */
export interface UrlPolicy {
  /** Names of hosts, `*.example.com` for all below one; null: any. It never permits addresses that are not public. */
  allowedHosts: readonly string[] | null;
}

const maxLength = 2048;

/**
 * Checks a URL without network access. It has been parsed as in browsers, so an IPv4 address in decimal, octal or hexadecimal
 * (`http://2130706433/`) is recognised.
 * @throws FetchError URL_NOT_ALLOWED
 */
export function checkUrl(url: URL, policy: UrlPolicy): void {
  if (url.href.length > maxLength)
    throw urlNotAllowed(`The URL has ${url.href.length} characters; expected at most ${maxLength}.`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw urlNotAllowed('The URL must begin with https:// or http://.');
  if (url.username !== '' || url.password !== '')
    throw urlNotAllowed(
      'The URL contains a user or password. Put a signature into its query instead, or upload the file.',
    );
  // The parser removes default ports; https on 80 and http on 443 are not default ports.
  if (url.port !== '') throw urlNotAllowed(`The URL has port ${url.port}; only 443 (https) and 80 (http) are allowed.`);
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic();
  if (policy.allowedHosts !== null && !policy.allowedHosts.some((allowed) => matchesHost(host, allowed)))
    throw urlNotAllowed(
      'This server does not fetch from the host of the URL. Upload the file, or ask the operator to allow the host (URL_INGEST_ALLOW).',
    );
}

/** Name or address, without the brackets of IPv6 and the dot at the end of an absolute name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function matchesHost(host: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed;
}

function notPublic() {
  return urlNotAllowed('The URL leads to an address that is not on the public internet.');
}
