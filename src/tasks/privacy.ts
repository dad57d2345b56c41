import type { LoadedPipeline } from '../models/load-pipelines.ts';
import type { BlurChoice } from '../recognition/objects/blur.ts';
import type { ValidationIssue } from '../user-error.ts';

/** What a task says about people in its images, as a client sends it. */
export interface GivenPrivacy {
  blurPeople: BlurChoice;
  keepOriginal: boolean;
  exifPosition: boolean;
}

/** What this server cannot do of it. */
export function checkPrivacy(
  { blurPeople, keepOriginal }: GivenPrivacy,
  pipelines: readonly LoadedPipeline[],
): ValidationIssue[] {
  const issue = (field: keyof GivenPrivacy, message: string) => ({ path: ['privacy', field], message });
  const findsPeople = pipelines.some((one) => one.kind === 'OBJECTS' && one.groups.includes('person'));
  return [
    ...(blurPeople === 'NONE' || findsPeople
      ? []
      : [issue('blurPeople', 'No pipeline of this server finds people. Install wildlife, or set it to NONE.')]),
    ...(keepOriginal || blurPeople !== 'NONE'
      ? []
      : [
          issue(
            'keepOriginal',
            'Nobody is hidden, so the original is all there is. Set it to true, or set blurPeople.',
          ),
        ]),
  ];
}
