/**
 * Why a picture was not fetched. The messages do not reveal what responded, or whether anything did: clients must not learn from
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

export function downloadFailed(options: { retryable: boolean; cause?: unknown }): FetchError {
  const message =
    'The image could not be downloaded. Make sure that the URL returns status 200 and the file to anyone on the internet within 20 seconds.';
  return new FetchError('DOWNLOAD_FAILED', message, options);
}
