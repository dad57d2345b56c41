import type { Evaluation } from '../../../recognition/evaluation/evaluate.ts';
import type { Proposal } from '../proposals.ts';
import { count, ENOUGH_PICTURES } from './basis.ts';
import { type Finding, NARROW_PX, type Subject } from './findings.ts';
import { adviseNames } from './name-steps.ts';

/** What the person who labelled the pictures should do now. Never empty. */
export function nextSteps(
  evaluation: Evaluation,
  proposals: readonly Proposal[],
  { findings, inputPx }: { findings: readonly Finding[]; inputPx: number },
): string[] {
  const isGood = (subject: Subject) => !findings.some((each) => each.subject === subject && each.grade !== 'works');
  const { naming, pictures } = evaluation;
  const steps = [
    ...adviseThreshold(evaluation, proposals),
    ...(isGood('narrow products') ? [] : [comeNearer(inputPx)]),
    ...(isGood('misses') && isGood('false alarms') ? [] : [look]),
    ...(naming ? adviseNames(naming, proposals, isGood) : []),
    ...(pictures < ENOUGH_PICTURES ? [labelMore(pictures)] : []),
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
  const share = `1/${Math.round(inputPx / NARROW_PX)}`;
  return `Photograph the shelf from nearer, or in parts: a product should be at least ${share} of the picture's longer side wide.`;
}

function labelMore(pictures: number): string {
  const more = count(ENOUGH_PICTURES - pictures, 'more picture');
  return `Label ${more}, of other shelves and in other light, before you rely on these figures.`;
}
