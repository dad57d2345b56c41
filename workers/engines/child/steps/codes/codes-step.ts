import type { Box } from '../../../../../src/recognition/box.ts';
import { assignCodes } from '../../../../../src/recognition/codes/assign.ts';
import type { Code } from '../../../../../src/recognition/codes/code.ts';
import type { AnalysisWarning } from '../../../../../src/shared/warning.ts';
import type { WaitingGuard } from '../../job-guard.ts';
import type { DecodedPicture } from '../../pictures/decode.ts';
import type { CodeReader } from './code-reader.ts';
import { readingLimits } from './read-views.ts';

/** Reading codes. It has no model: every pipeline that finds products can read them. */
export const codesStep = { timing: 'codesMs' } as const;

/** The codes of a picture, and the detections that they lie in. A limit that was reached is added to the warnings. */
export async function readCodes(
  reader: CodeReader,
  { picture, boxes }: { picture: DecodedPicture; boxes: readonly Box[] },
  { warnings }: { warnings: AnalysisWarning[] },
  guard: WaitingGuard,
): Promise<Code[]> {
  const { codes, isComplete } = await reader.read(picture, boxes, guard);
  if (!isComplete) warnings.push(incomplete(codes.length));
  return assignCodes(codes, boxes);
}

function incomplete(count: number): AnalysisWarning {
  const { codes, ms } = readingLimits;
  const limit = count >= codes ? `There are more than ${codes}` : `Reading took longer than ${ms / 1000} s`;
  return {
    code: 'CODES_INCOMPLETE',
    message: `${limit}, so not all codes of the picture are listed. Take a picture of a part.`,
  };
}
