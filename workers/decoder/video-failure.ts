export type VideoFailureCode = 'INVALID_VIDEO' | 'VIDEO_TOO_LONG' | 'VIDEO_UNAVAILABLE';

/** Why a video cannot be decoded. The message is for the client: what was found, and what to do. */
export class VideoFailure extends Error {
  override readonly name = 'VideoFailure';
  readonly code: VideoFailureCode;
  /** For the log only: what the decoder said, which may contain paths. */
  readonly detail: string | null;

  constructor(code: VideoFailureCode, message: string, detail: string | null = null) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}
