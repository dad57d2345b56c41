import type { LoadedPipeline } from '../models/load-pipelines.ts';
import type { TaskRow } from './tasks.repository.ts';

/** A message names this many groups: a classifier of a thousand labels may have hundreds. */
const groupsTold = 20;

/** What is wrong with the groups of labels that a task of this type would accept images by; null: nothing. */
export function acceptGroupsFault(
  groups: readonly string[],
  type: TaskRow['type'],
  pipeline: LoadedPipeline | null,
): string | null {
  if (type !== 'FILTER')
    return groups.length === 0 ? null : `A ${type} task does not accept images by groups. Omit acceptGroups.`;
  if (groups.length === 0)
    return 'A FILTER task accepts images by groups of labels, but acceptGroups names none. Name at least one group.';
  // A pipeline that is missing, or of another type, is a fault of its own.
  if (pipeline?.kind !== 'LABELS') return null;
  const known = [...new Set(pipeline.steps.classifier.model.manifest.labels.flatMap(({ group }) => group ?? []))];
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown === undefined) return null;
  const more = known.length > groupsTold ? `, and ${known.length - groupsTold} more` : '';
  const there = known.length === 0 ? 'none' : `${known.slice(0, groupsTold).join(', ')}${more}`;
  return `No label of ${pipeline.key} is in the group "${unknown}". Available groups: ${there}.`;
}
