import type { Evaluation } from '../../../recognition/evaluation/evaluate.ts';
import type { Proposal } from '../proposals.ts';
import { count, enoughPictures } from './basis.ts';
import { type Finding, type GradeOf, narrowPx } from './findings.ts';
import { adviseNames } from './name-steps.ts';

/** What the person who labelled the pictures should do now. Never empty. */
export function nextSteps(
  evaluation: Evaluation,
  proposals: readonly Proposal[],
  { findings, inputPx }: { findings: readonly Finding[]; inputPx: number },
): string[] {
  const gradeOf: GradeOf = (subject) => findings.find((each) => each.subject === subject)?.grade ?? null;
  const { naming, pictures, trueBoxes, atThreshold } = evaluation;
  const isClean = atThreshold.right === trueBoxes && atThreshold.right === atThreshold.found;
  const isGood = gradeOf('misses') === 'works' && gradeOf('false alarms') === 'works';
  const steps = [
    ...adviseThreshold(evaluation, proposals),
    ...(gradeOf('narrow products') === 'does not work' ? [comeNearer(inputPx)] : []),
    ...(isGood || isClean ? [] : [look]),
    ...(naming ? adviseNames(naming, proposals, gradeOf) : []),
    ...(pictures < enoughPictures ? [labelMore(pictures)] : []),
  ];
  return steps.length > 0 ? steps : [nothing];
}

const look =
  'Look at the misses and the false alarms (--overlays DIR). Where they have one cause, such as glare, price cards or a steep angle, ' +
  'take photographs without it. Otherwise try a detector that was trained on shelves like these.';
const nothing = 'Use it as it is. Measure again when the models, the shelves or the cameras change.';

function adviseThreshold({ bestThreshold, atThreshold }: Evaluation, proposals: readonly Proposal[]): string[] {
  const proposal = proposals.find(({ setting }) => setting.startsWith('variants.'));
  if (!bestThreshold || !proposal || proposal.proposed === null) return [];
  const { file, setting, now, proposed } = proposal;
  return [
    `Set the detector's threshold to ${proposed} (${setting} in ${file}; now ${now}): on these pictures F1 rises from ` +
      `${atThreshold.f1.toFixed(3)} to ${bestThreshold.f1.toFixed(3)}. Confirm it on others, since these pictures chose it.`,
  ];
}

function comeNearer(inputPx: number): string {
  const share = `1/${Math.round(inputPx / narrowPx)}`;
  return `Photograph the shelf from nearer, or in parts: a product should be at least ${share} of the picture's longer side wide.`;
}

function labelMore(pictures: number): string {
  const more = count(enoughPictures - pictures, 'more picture');
  return `Label ${more}, of other shelves and in other light, before you rely on these figures.`;
}
