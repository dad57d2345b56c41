const prefix = '#sign-in=';

/** The secret of a sign-in link; null when the address has none. It is removed from the address bar and from the history. */
export function takeLinkSecret(): string | null {
  if (!location.hash.startsWith(prefix)) return null;
  const secret = decodeURIComponent(location.hash.slice(prefix.length));
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return secret;
}
