import { isIP } from 'node:net';
import { urlNotAllowed } from './fetch-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Which URLs may be fetched: the setting URL_INGEST and its list. */
export interface UrlPolicy {
  /** Names of hosts, `*.example.com` for all below one; null: any. Never a way to addresses that are not public. */
  allowedHosts: readonly string[] | null;
}

const maxLength = 2048;

/**
 * What can be said of a URL without asking anybody. It has been parsed as browsers do, so an IPv4 address in decimal,
 * octal or hexadecimal (`http://2130706433/`) is read as such.
 * @throws FetchError URL_NOT_ALLOWED
 */
export function checkUrl(url: URL, policy: UrlPolicy): void {
  if (url.href.length > maxLength)
    throw urlNotAllowed(`The URL has ${url.href.length} characters; at most ${maxLength} are taken.`);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw urlNotAllowed('The URL begins with neither https:// nor http://; nothing else is fetched.');
  if (url.username !== '' || url.password !== '')
    throw urlNotAllowed('The URL carries a user or password. Sign it in its query instead, or upload the picture.');
  // Default ports are left out by the parser: https on 80 and http on 443 are none of them.
  if (url.port !== '')
    throw urlNotAllowed(`The URL names port ${url.port}; only 443 (https) and 80 (http) are fetched.`);
  const host = hostOf(url);
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw notPublic();
  if (policy.allowedHosts !== null && !policy.allowedHosts.some((allowed) => matchesHost(host, allowed)))
    throw urlNotAllowed('The host of the URL is not among those that this server fetches from.');
}

/** Name or address, without the brackets of IPv6 and the dot at the end of an absolute name. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function matchesHost(host: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? host.endsWith(allowed.slice(1)) : host === allowed;
}

export function notPublic() {
  return urlNotAllowed('The URL leads to an address that is not on the public internet.');
}
