import { z } from 'zod';
import type { LoadedPipeline } from '../models/load-pipelines.ts';
import {
  defaultPipeline,
  defaultPipelineFor,
  readTextFault,
  resolvePipeline,
  runsTaskType,
} from '../models/resolve-pipeline.ts';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { text } from '../validation/rules.ts';
import { acceptGroupsFault, namedGroups } from './accept-groups.ts';
import { checkAlertRules, type GivenAlertRules, toAlertRules } from './alert-rules.ts';
import { currencyFault, isCurrency } from './currency.ts';
import { checkPrivacy, type GivenPrivacy } from './privacy.ts';
import { idleProductOptions } from './product-options.ts';
import type { TaskColumns } from './task-writes.repository.ts';
import type { TaskRow } from './tasks.repository.ts';

/** The fields of a task that a client sets: absent leaves the value, null clears it. */
export interface TaskFields {
  name?: string | null;
  description?: string | null;
  computeRealogram?: boolean | null;
  readCodes?: boolean | null;
  /** ISO 4217 */
  currency?: string | null;
  computeShares?: boolean | null;
  readText?: boolean | null;
  findGaps?: boolean | null;
  alertRules?: GivenAlertRules | null;
  learning?: boolean | null;
  privacy?: GivenPrivacy | null;
  threshold?: number | null;
  topCandidates?: number | null;
  acceptGroups?: readonly string[] | null;
  pipeline?: string | null;
}

const rule = z.object({
  name: text('name', { min: 1, max: 255 }).optional(),
  description: text('description', { max: 5000 }).nullish(),
  currency: z
    .string()
    .refine(isCurrency, { error: ({ input }) => currencyFault(input) })
    .nullish(),
  threshold: z
    .number()
    .refine((value) => value >= 0 && value <= 1, { error: ({ input }) => `threshold is ${input}; expected 0 to 1.` })
    .nullish(),
  topCandidates: z
    .number()
    .refine((value) => value >= 0 && value <= 20, {
      error: ({ input }) => `topCandidates is ${input}; expected 0 to 20.`,
    })
    .nullish(),
});

/** The fields that violate a rule, for a task in this state, on a server with these pipelines. */
export function checkTaskFields(
  fields: TaskFields,
  task: TaskColumns & Pick<TaskRow, 'type'>,
  pipelines: readonly LoadedPipeline[],
): ValidationIssue[] {
  const issues = findIssues(rule, fields.name === null ? { ...fields, name: undefined } : fields);
  if (fields.name === null) issues.unshift({ path: ['name'], message: 'name is null; a task must have a name.' });
  const columns = { ...task, ...taskColumns(fields, task, pipelines) };
  const { pipeline, accept_groups: groups } = columns;
  issues.push(...idleProductOptions(fields, columns, task.type, resolvePipeline(pipelines, pipeline)));
  const fault = fields.pipeline === undefined ? null : pipelineFault(pipeline, task.type, pipelines);
  if (fault) issues.push({ path: ['pipeline'], message: fault });
  // Unchanged fields were valid when they were set, so a task can be renamed even if its pipeline is no longer installed.
  const mayMisfit = fields.pipeline !== undefined || fields.acceptGroups !== undefined;
  const misfit = mayMisfit ? acceptGroupsFault(groups, task.type, resolvePipeline(pipelines, pipeline)) : null;
  if (misfit) issues.push({ path: ['acceptGroups'], message: misfit });
  const mayNotRead = fields.pipeline !== undefined || fields.readText !== undefined;
  const unread =
    mayNotRead && columns.read_text ? readTextFault(task.type, resolvePipeline(pipelines, pipeline)) : null;
  if (unread) issues.push({ path: ['readText'], message: unread });
  if (fields.privacy) issues.push(...checkPrivacy(fields.privacy, pipelines));
  const looks = { type: task.type, findGaps: columns.find_gaps, readText: columns.read_text };
  issues.push(...checkAlertRules(fields.alertRules ?? {}, looks));
  return issues;
}

function pipelineFault(named: string, type: TaskRow['type'], pipelines: readonly LoadedPipeline[]): string | null {
  const pipeline = resolvePipeline(pipelines, named);
  const known = pipelines.map(({ key }) => key).join(', ') || 'none';
  if (!pipeline) return `The pipeline "${named}" is not installed on this server. Available pipelines: ${known}.`;
  if (runsTaskType(pipeline, type)) return null;
  return `The pipeline ${pipeline.key} cannot run ${type} tasks. Available pipelines: ${known}.`;
}

/** The columns that the fields set in such a task, without absent ones. */
export function taskColumns(
  fields: TaskFields,
  task: Pick<TaskRow, 'type' | 'pipeline'>,
  pipelines: readonly LoadedPipeline[],
): Partial<TaskColumns> {
  const named = orDefault(fields.pipeline, defaultPipelineFor(pipelines, task.type) ?? defaultPipeline);
  const pipeline = resolvePipeline(pipelines, named ?? task.pipeline);
  const columns: Partial<TaskColumns> = {
    name: fields.name ?? undefined,
    description: orDefault(fields.description, ''),
    compute_realogram: orDefault(fields.computeRealogram, false),
    read_codes: orDefault(fields.readCodes, false),
    currency: fields.currency,
    compute_shares: orDefault(fields.computeShares, false),
    read_text: orDefault(fields.readText, false),
    find_gaps: orDefault(fields.findGaps, false),
    alert_rules: fields.alertRules === undefined ? undefined : JSON.stringify(toAlertRules(fields.alertRules ?? {})),
    learning: orDefault(fields.learning, false),
    blur_people: fields.privacy === undefined ? undefined : (fields.privacy?.blurPeople ?? 'NONE'),
    keep_original: fields.privacy === undefined ? undefined : (fields.privacy?.keepOriginal ?? true),
    exif_position: fields.privacy === undefined ? undefined : (fields.privacy?.exifPosition ?? false),
    threshold: fields.threshold,
    top_candidates: orDefault(fields.topCandidates, 1),
    accept_groups: fields.acceptGroups === undefined ? undefined : namedGroups(fields.acceptGroups ?? [], pipeline),
    pipeline: named,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

/** null clears a column to its default; absent leaves it. */
function orDefault<T>(value: T | null | undefined, cleared: T): T | undefined {
  return value === null ? cleared : value;
}
