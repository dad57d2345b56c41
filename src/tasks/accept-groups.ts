import type { LoadedPipeline } from '../models/load-pipelines.ts';
import type { TaskRow } from './tasks.repository.ts';

/** Number of groups that a message names: a classifier with a thousand labels may have hundreds. */
const groupsTold = 20;

/** The fault of the groups of labels by which a task of this type should accept images; null: none. */
export function acceptGroupsFault(
  groups: readonly string[],
  type: TaskRow['type'],
  pipeline: LoadedPipeline | null,
): string | null {
  if (type !== 'FILTER')
    return groups.length === 0 ? null : `A ${type} task does not accept images by groups. Omit acceptGroups.`;
  if (groups.length === 0)
    return 'A FILTER task accepts images by groups of labels, but acceptGroups names none. Name at least one group.';
  // A pipeline that is missing or of another type is reported separately.
  if (pipeline?.kind !== 'LABELS') return null;
  const known = [...new Set(pipeline.steps.classifier.model.manifest.labels.flatMap(({ group }) => group ?? []))];
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown === undefined) return null;
  const more = known.length > groupsTold ? `, and ${known.length - groupsTold} more` : '';
  const there = known.length === 0 ? 'none' : `${known.slice(0, groupsTold).join(', ')}${more}`;
  return `No label of ${pipeline.key} is in the group "${unknown}". Available groups: ${there}.`;
}
