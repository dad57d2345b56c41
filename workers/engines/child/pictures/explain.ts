import type { AnalysisWarning } from '../../../../src/shared/warning.ts';
import { JobFailure } from '../../protocol/job-failure.ts';

/** Converts messages of libvips to failures that clients understand. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw explain(error);
  }
}

/** The JobFailure for a fault of the picture; any other error is returned unchanged. */
function explain(error: unknown): unknown {
  if (!isDamage(error)) return error;
  const message = 'The picture is damaged or incomplete and cannot be decoded.';
  return new JobFailure('INVALID_IMAGE', message, { cause: error });
}

/** Whether a decoder found a fault in the picture. A missing file, a full disk or a lack of memory is an error of ours. */
export function isDamage(error: unknown): boolean {
  if (error instanceof JobFailure || (error instanceof Error && 'code' in error)) return false;
  return !/Input file is missing|No space left|out of memory|instead of 3/i.test(messageOf(error));
}

/**
 * The warning of a decoder about a picture that it could read. "Premature end of data segment" and bad codes leave blocks grey or
 * in wrong colours; stray bytes and unusual parameters, which some cameras write, change no pixel.
 */
export function toWarning(error: unknown): AnalysisWarning {
  const detail = messageOf(error)
    .replace(/^Vips\w*: /, '')
    .split('\n')[0]!
    .slice(0, 200);
  if (/corrupt/i.test(detail) && !/extraneous bytes/i.test(detail)) {
    const message = `Part of the picture is missing or damaged and was read as grey or in wrong colours. Products there are not found. The decoder says: ${detail}.`;
    return { code: 'IMAGE_DAMAGED', message };
  }
  const message = `The picture deviates from its format, but all of it was read. The decoder says: ${detail}.`;
  return { code: 'IMAGE_IRREGULAR', message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
