import type { NamingEvaluation } from '../../../recognition/evaluation/evaluate.ts';
import { percent } from '../format-figures.ts';
import type { Proposal } from '../proposals.ts';
import type { GradeOf } from './findings.ts';

/** How much more often the right item must come first than it is named, for a lower threshold to name many more. */
const worthNaming = 0.15;

/** What to do to get more names, or fewer wrong ones. */
export function adviseNames(naming: NamingEvaluation, proposals: readonly Proposal[], gradeOf: GradeOf): string[] {
  return [
    ...adviseAccept(naming, proposals, gradeOf),
    ...adviseConfusion(naming),
    ...(gradeOf('open items') === 'works' || naming.items.open === 0 ? [] : [addReferences]),
  ];
}

const addReferences =
  'Add reference pictures of the items that stay open: the front, straight on, cropped to the product, in the design that is sold now.';

function adviseAccept(naming: NamingEvaluation, proposals: readonly Proposal[], gradeOf: GradeOf): string[] {
  const proposal = proposals.find(({ setting }) => setting.endsWith('acceptConfidence'));
  if (!proposal || proposal.proposed === null) return [];
  const { file, setting, now, proposed } = proposal;
  const change = `${setting} in ${file} from ${now} to ${proposed}`;
  if (gradeOf('names') === 'does not work' || gradeOf('foreign products') === 'does not work') {
    return proposed > now ? [`Name less, and more surely: raise ${change}.`] : [];
  }
  const { coverage, likeliestRight } = naming;
  const isWorth = likeliestRight !== null && coverage !== null && likeliestRight - coverage >= worthNaming;
  if (!isWorth || proposed >= now || gradeOf('names') !== 'works') return [];
  return [
    `Name more: lower ${change}. The most probable item is right for ${percent(likeliestRight, 0)} of the items.`,
  ];
}

function adviseConfusion({ confusions }: NamingEvaluation): string[] {
  const worst = confusions.find(({ truth, named }) => truth !== null && named > 0);
  if (!worst) return [];
  return [`Compare the catalogue pictures of ${worst.truth} and ${worst.takenFor}: the first is named as the second.`];
}
