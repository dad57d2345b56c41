import { findAnalyses, findResults } from '../analyses/analyses.repository.ts';
import type { GivenId } from '../given-id.ts';
import type { Fixture } from '../recognition/compliance/plan.ts';
import { planFromPicture } from '../recognition/compliance/plan-from-picture.ts';
import type { Resources } from '../resources.ts';
import type { FileUpload } from '../storage/file-upload.ts';
import { readUpload } from '../storage/read-upload.ts';
import { NotFoundError, ValidationError } from '../user-error.ts';
import type { GivenShelf } from './fixture-rules.ts';
import { maxPlanFileBytes, readPlanCsv } from './read-plan-csv.ts';
import { type ItemName, resolveFixture } from './resolve-fixture.ts';

/** What a plan says, as a client sends it. */
export type GivenContent =
  | { shelves: readonly GivenShelf<ItemName>[] }
  | { csv: Promise<FileUpload> }
  | { analysisId: GivenId };

/**
 * Reads the content of a plan. Paths of problems begin with `content`, as in the inputs of both mutations.
 * @throws ValidationError; NotFoundError for an unknown analysis
 */
export function readContent(
  { db }: Pick<Resources, 'db'>,
  organizationId: string,
  content: GivenContent,
): Promise<Fixture> {
  if ('csv' in content) return readCsvContent(db, organizationId, content.csv);
  if ('analysisId' in content) return readAnalysis(db, organizationId, content.analysisId);
  const path = ['content', 'shelves'];
  return resolveFixture(db, organizationId, {
    shelves: content.shelves,
    path,
    pathOf: (shelf, position) => [...path, String(shelf), 'positions', String(position), 'item'],
  });
}

async function readCsvContent(
  db: Resources['db'],
  organizationId: string,
  file: Promise<FileUpload>,
): Promise<Fixture> {
  const path = ['content', 'csv'];
  const bytes = await readUpload(file, maxPlanFileBytes);
  if (bytes === null)
    throw new ValidationError([
      { path, message: `The file is larger than ${maxPlanFileBytes} bytes. Make it smaller.` },
    ]);
  const { shelves, rows } = readPlanCsv(bytes, path);
  const pathOf = (shelf: number, position: number) => [...path, String(rows[shelf]![position]!)];
  return resolveFixture(db, organizationId, { shelves, path, pathOf });
}

/** The picture of an analysis is how it should be. */
async function readAnalysis(db: Resources['db'], organizationId: string, { text, uuid }: GivenId): Promise<Fixture> {
  const [analysis] = uuid === null ? [] : await findAnalyses(db, organizationId, [uuid]);
  if (!analysis) throw new NotFoundError(text);
  const path = ['content', 'analysisId'];
  if (analysis.status !== 'SUCCEEDED')
    throw new ValidationError([{ path, message: `The analysis is ${analysis.status}; expected one that SUCCEEDED.` }]);
  const [result] = await findResults(db, organizationId, [analysis.id]);
  const seen = planFromPicture(result?.detections ?? []);
  if (seen.length === 0)
    throw new ValidationError([
      { path, message: 'No product in the picture was named, so it says nothing that a plan could be made of.' },
    ]);
  const shelves = seen.map((positions) => ({
    height: null,
    width: null,
    positions: positions.map(({ itemId, facings, stack }) => ({
      item: { id: { text: itemId, uuid: itemId } },
      ...{ facings, stack, orientation: 'FRONT' as const, width: null },
    })),
  }));
  return resolveFixture(db, organizationId, { shelves, path, pathOf: () => path });
}
