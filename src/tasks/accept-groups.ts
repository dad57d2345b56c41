import { type LoadedPipeline, labelGroups } from '../models/load-pipelines.ts';
import { runsTaskType } from '../models/resolve-pipeline.ts';
import type { TaskRow } from './tasks.repository.ts';

/** Number of groups that a message names: a classifier with a thousand labels may have hundreds. */
const groupsTold = 20;

/** Another word for a group, which other services use. */
const synonyms: Readonly<Record<string, string>> = { human: 'person' };

/** The groups as they are stored: each once, by the name that the pipeline has for it. */
export function namedGroups(given: readonly string[], pipeline: LoadedPipeline | null): string[] {
  const known = pipeline ? labelGroups(pipeline) : [];
  return [...new Set(given.map((group) => (known.includes(group) ? group : (synonyms[group] ?? group))))];
}

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
  if (!pipeline || !runsTaskType(pipeline, type)) return null;
  const known = labelGroups(pipeline);
  const unknown = groups.find((group) => !known.includes(group));
  if (unknown === undefined) return null;
  const more = known.length > groupsTold ? `, and ${known.length - groupsTold} more` : '';
  const there = known.length === 0 ? 'none' : `${known.slice(0, groupsTold).join(', ')}${more}`;
  return `No label of ${pipeline.key} is in the group "${unknown}". Available groups: ${there}.`;
}
