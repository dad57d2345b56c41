/**
 * Why a file was not fetched. The messages do not reveal what responded, or whether anything did: clients must not learn from
 * them what exists in the network of this server.
 */
export class FetchError extends Error {
  readonly code: 'URL_NOT_ALLOWED' | 'DOWNLOAD_FAILED';
  /** Whether a later attempt with the same URL may succeed. */
  readonly retryable: boolean;
  constructor(code: FetchError['code'], message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

export function urlNotAllowed(message: string): FetchError {
  return new FetchError('URL_NOT_ALLOWED', message);
}

/** Clients are told what was fetched and how long it might take; see fetchNamed. */
export function downloadFailed(options: { retryable: boolean; cause?: unknown }): FetchError {
  return new FetchError('DOWNLOAD_FAILED', 'The file could not be downloaded.', options);
}
