const prefix = '#/shared/';

/** The secret of the link to one analysis that this address is; null when it is another address. */
export function sharedSecret(): string | null {
  return location.hash.startsWith(prefix) ? location.hash.slice(prefix.length) : null;
}

/** For useSyncExternalStore: a link that is pasted into an open page loads nothing anew. */
export function onAddressChange(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

/** The address of a link, at the address from which this page came. */
export function sharedLink(secret: string): string {
  return new URL(`${prefix}${secret}`, document.baseURI).href;
}
