import type { AnalysisFilter } from '../analyses/analyses.repository.ts';
import type { ResultBasis } from '../analyses/corrections/correction.ts';
import { findBatches } from '../batches/batches.repository.ts';
import type { GivenId } from '../given-id.ts';
import { newId } from '../ids.ts';
import { findImages } from '../images/images.repository.ts';
import { exportAnalysesJob } from '../jobs/definitions.ts';
import { addJobs } from '../jobs/jobs.repository.ts';
import type { Resources } from '../resources.ts';
import type { MediaType } from '../shared/media-type.ts';
import { findTasks } from '../tasks/tasks.repository.ts';
import { NotFoundError, ValidationError, type ValidationIssue } from '../user-error.ts';
import { storeFilter } from './export-filter.ts';
import type { ExportFormat } from './export-status.ts';
import { countExports, type ExportRow, insertExport } from './exports.repository.ts';

/** Running exports of one organisation. A worker writes one after the other, so more would only wait. */
const maxRunning = 10;

export interface ExportInput {
  format: ExportFormat;
  mediaType: MediaType;
  filter: AnalysisFilter;
  /** CSV only: begins the file with a byte order mark. */
  byteOrderMark: boolean;
  /** Whether the file has the results as they were found or as corrected. */
  basis: ResultBasis;
  /** Ids in the filter that must exist, because a mistyped id would produce an empty file. */
  named: { taskId?: GivenId | undefined; batchId?: GivenId | undefined; imageId?: GivenId | undefined };
}

/**
 * Creates an export and the job that writes it, in one transaction; it is RUNNING when this resolves.
 * @throws ValidationError, NotFoundError
 */
export async function startExport(app: Resources, organizationId: string, input: ExportInput): Promise<ExportRow> {
  checkInput(input);
  await checkNamed(app, organizationId, input.named);
  if ((await countExports(app.db, organizationId, 'RUNNING')) >= maxRunning) throw tooManyRunning();
  const row = await app.db.transaction().execute(async (trx) => {
    const id = newId();
    const filter = storeFilter(input.filter);
    const made = await insertExport(trx, {
      id,
      organizationId,
      format: input.format,
      filter,
      byte_order_mark: input.byteOrderMark,
      basis: input.basis,
      media_type: input.mediaType,
    });
    await addJobs(trx, exportAnalysesJob, [{ payload: { organizationId, exportId: id } }]);
    return made;
  });
  app.hints.eventsWritten();
  return row;
}

function checkInput(input: ExportInput): void {
  const { format, mediaType, byteOrderMark, filter } = input;
  const { minConfidence, createdAt } = filter;
  const issues: ValidationIssue[] = mediaType === 'VIDEO' ? checkForVideos(input) : [];
  if (byteOrderMark && format !== 'CSV')
    issues.push({
      path: ['byteOrderMark'],
      message: `A ${format} file has no byte order mark. Omit byteOrderMark, or request CSV.`,
    });
  if (minConfidence !== undefined && !(minConfidence >= 0 && minConfidence <= 1))
    issues.push({ path: ['filter', 'minConfidence'], message: `It is ${minConfidence}; expected 0 to 1.` });
  const { from, to } = createdAt ?? {};
  if (from && to && from >= to)
    issues.push({ path: ['filter', 'createdAt'], message: '`from` must be before `to`; otherwise nothing matches.' });
  if (issues.length > 0) throw new ValidationError(issues);
}

/** Filters that only analyses of images can match. */
const ofImagesOnly = ['batchId', 'imageId', 'minConfidence'] as const satisfies (keyof AnalysisFilter)[];

function checkForVideos({ filter, basis }: ExportInput): ValidationIssue[] {
  const issues = ofImagesOnly
    .filter((name) => filter[name] !== undefined)
    .map((name) => ({ path: ['filter', name], message: 'No analysis of a video can match it. Omit it.' }));
  if (basis === 'FOUND') return issues;
  return [...issues, { path: ['basis'], message: 'Results of videos cannot be corrected. Omit it, or set FOUND.' }];
}

async function checkNamed(app: Resources, organizationId: string, named: ExportInput['named']): Promise<void> {
  const lookups = [
    [named.taskId, findTasks],
    [named.batchId, findBatches],
    [named.imageId, findImages],
  ] as const;
  for (const [given, find] of lookups) {
    if (!given) continue;
    const found = given.uuid === null ? [] : await find(app.db, organizationId, [given.uuid]);
    if (found.length === 0) throw new NotFoundError(given.text);
  }
}

function tooManyRunning(): ValidationError {
  const message = `${maxRunning} exports are already running. Wait until one of them ends (exportEvents), then retry.`;
  return new ValidationError([{ path: [], message }]);
}
