/** Why one analysis, image or catalogue item failed: the contract's FailureCode and Failure. */
export const failureCodes = [
  'INVALID_IMAGE',
  'INVALID_VIDEO',
  'UNSUPPORTED_MEDIA',
  'FILE_TOO_LARGE',
  'IMAGE_TOO_LARGE',
  'VIDEO_TOO_LONG',
  'CHECKSUM_MISMATCH',
  'DOWNLOAD_FAILED',
  'URL_NOT_ALLOWED',
  'PROCESSING_TIME_EXCEEDED',
  'DECODING_TIME_EXCEEDED',
  'ENGINE_CRASHED',
  'MODEL_UNAVAILABLE',
  'VIDEO_UNAVAILABLE',
  'INTERNAL',
] as const;

export type FailureCode = (typeof failureCodes)[number];

/** Codes that are known as soon as a picture, or its URL, is received. */
export const mediaErrorCodes = [
  'INVALID_IMAGE',
  'INVALID_VIDEO',
  'UNSUPPORTED_MEDIA',
  'FILE_TOO_LARGE',
  'IMAGE_TOO_LARGE',
  'VIDEO_TOO_LONG',
  'CHECKSUM_MISMATCH',
  'URL_NOT_ALLOWED',
] as const satisfies readonly FailureCode[];

export type MediaErrorCode = (typeof mediaErrorCodes)[number];

/** Failures caused by the bytes or the URL of a picture or video: every further attempt fails again. */
export const pictureFaults: readonly FailureCode[] = [...mediaErrorCodes, 'DECODING_TIME_EXCEEDED'];

export interface Failure {
  code: FailureCode;
  /** For people: what was found, and what to do. */
  message: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
}

/** The failure of any work on a video whose bytes were deleted or lost. */
export const videoGone: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'The video is no longer in the store. Upload it again.',
  retryable: false,
};

/** The failure of any work on a picture whose bytes were deleted or lost. */
export const pictureGone: Failure = {
  code: 'DOWNLOAD_FAILED',
  message: 'The image is no longer in the store. Upload it again.',
  retryable: false,
};

const faultsOfBytes: readonly FailureCode[] = [
  'INVALID_IMAGE',
  'UNSUPPORTED_MEDIA',
  'IMAGE_TOO_LARGE',
  'INVALID_VIDEO',
];

/** Whether the bytes of a picture or video are the cause, so that the same bytes always fail again. */
export function isFaultOfBytes({ code }: Failure): boolean {
  return faultsOfBytes.includes(code);
}

/** The three columns of a failure, in every table that has one. */
export interface FailureColumns {
  failure_code: string | null;
  failure_message: string | null;
  failure_retryable: boolean | null;
}

/** Failure → columns; null clears them. */
export function failureColumns(failure: Failure | null): FailureColumns {
  return {
    failure_code: failure?.code ?? null,
    failure_message: failure?.message ?? null,
    failure_retryable: failure?.retryable ?? null,
  };
}

/** Columns → failure; null if the row has none. */
export function readFailure(row: FailureColumns): Failure | null {
  if (row.failure_code === null) return null;
  return {
    code: row.failure_code as FailureCode,
    message: row.failure_message ?? '',
    retryable: row.failure_retryable ?? false,
  };
}
