import { join } from 'node:path';
import { expect } from 'vitest';
import type { AnalysisResult } from '../../../src/analyses/result.ts';
import { runExport } from '../../../src/exports/run-export.ts';
import { decodeId } from '../../../src/ids.ts';
import { createLogger } from '../../../src/log.ts';
import type { Detection } from '../../../src/recognition/detection.ts';
import { openDirectoryStore } from '../../../src/storage/directory-store.ts';
import { ResultWriter } from '../../../workers/result-writer.ts';
import { resultOf } from '../../support/ended-analyses.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { createItem, expectType, failures, submitBatch } from '../../support/recognition.ts';
import type { TestSightline } from '../../support/sightline.ts';
import type { Data, User } from '../../support/user.ts';

/** Items with these customIds, all with one picture, since tests say themselves what is found. @returns their ids, in that order */
export async function createItems(user: User, ...customIds: string[]): Promise<string[]> {
  const thumbnail = { base64: await pictureBase64() };
  const made: string[] = [];
  for (const customId of customIds) made.push((await createItem(user, { customId, thumbnail })).id);
  return made;
}

export const planogramFields = /* GraphQL */ `
  fragment P on Planogram {
    __typename
    id name placeId task { id } deletedAt
    currentVersion {
      version validFrom
      shelves { index height width positions { index catalogItem { id } facings stack orientation width } }
    }
    versions { totalCount nodes { version validFrom } }
  }
`;

const create = /* GraphQL */ `
  mutation ($input: CreatePlanogramInput!) { createPlanogram(input: $input) { ...P ...Failures } }
  ${planogramFields}
  ${failures}
`;

/** What createPlanogram answers, whatever that is. */
export async function tryCreate(user: User, input: Data, files: Record<string, Blob> = {}): Promise<Data> {
  return (await user.run(create, { input: { name: 'Plan', ...input } }, files)).createPlanogram;
}

/** A planogram that must be taken. */
export async function createPlanogram(user: User, input: Data, files: Record<string, Blob> = {}): Promise<Data> {
  return expectType(await tryCreate(user, input, files), 'Planogram');
}

const update = /* GraphQL */ `
  mutation ($input: UpdatePlanogramInput!) { updatePlanogram(input: $input) { ...P ...Failures } }
  ${planogramFields}
  ${failures}
`;

export async function updatePlanogram(user: User, input: Data, files: Record<string, Blob> = {}): Promise<Data> {
  return (await user.run(update, { input }, files)).updatePlanogram;
}

/** Content of one shelf, a facing of each of these items from left to right. */
export function shelfOf(...customIds: string[]) {
  return { shelves: [{ positions: customIds.map((customId) => ({ item: { customId } })) }] };
}

/** Products side by side in the middle of a picture of 4000 × 3000 pixels, which shows the shelf on all sides. */
export function sideBySide(...itemIds: (string | null)[]): Partial<Detection>[] {
  return itemIds.map((id, index) => ({
    itemId: id && decodeId('catalogItem', id),
    box: [1_000 + index * 210, 1_500, 200, 400],
    place: [0, index, 0],
  }));
}

const readCompliance = /* GraphQL */ `
  query ($id: ID!) {
    node(id: $id) {
      ... on Analysis {
        compliance {
          planogram { id } planogramVersion score
          positions { shelf position catalogItem { id } status planned visible found detections { id } }
          missing: positions(status: [MISSING]) { catalogItem { id } }
          unplanned { id }
        }
      }
    }
  }
`;

export async function complianceOf(user: User, id: string): Promise<Data> {
  return (await user.run(readCompliance, { id })).node.compliance;
}

/** `FOUND MISSING …` of the positions in their order. */
export function statuses({ positions }: Data): string {
  return positions.map(({ status }: Data) => status).join(' ');
}

/**
 * Ends submitted analyses as a worker does when its engine has found these products.
 * @param ids as clients know them
 * @param rest what the results have besides
 */
export async function finish(
  { database: { db } }: TestSightline,
  ids: readonly string[],
  detections: readonly Partial<Detection>[],
  rest: Partial<AnalysisResult> = {},
): Promise<void> {
  const logger = createLogger({ level: 'fatal', format: 'json' });
  const nothing = () => undefined;
  const hints = {
    ...{ eventsWritten: nothing, jobsCanceled: nothing, picturesMade: nothing, on: () => nothing },
    ...{ start: () => Promise.resolve(), close: () => Promise.resolve() },
  };
  const writer = new ResultWriter({ db, hints, logger });
  const made = ids.flatMap((id) => {
    const analysisId = decodeId('analysis', id)!;
    return [
      writer.write({ analysisId, to: 'RUNNING', attempt: 1 }),
      writer.write({ analysisId, to: 'SUCCEEDED', result: { ...resultOf(detections), ...rest } }),
    ];
  });
  expect(await Promise.all(made)).not.toContain(false);
  await writer.close();
}

let colour = 0;

/** Submits a picture, on which these products are found. @returns the id of its analysis */
export async function judge(
  sightline: TestSightline,
  user: User,
  image: { taskId: string; placeId?: string; recordedAt?: string; visitId?: string },
  detections: readonly Partial<Detection>[],
  rest: Partial<AnalysisResult> = {},
): Promise<string> {
  colour += 1;
  const base64 = await pictureBase64({ colour: `#${(0x100000 + colour).toString(16)}` });
  const { ids } = await submitBatch(user, [{ source: { base64 }, ...image }]);
  await finish(sightline, ids, detections, rest);
  return ids[0]!;
}

/** Requests an export and makes it, as a worker does. @returns the file */
export async function exportAs(
  { database, dataDir }: TestSightline,
  user: User,
  input: { format: string; filter: Data; basis?: string },
): Promise<string> {
  const { exportAnalyses } = await user.run(
    'mutation ($input: ExportInput!) { exportAnalyses(input: $input) { ... on Export { id } } }',
    { input },
  );
  const { rows } = await database.pool.query('select id, organization_id from export where id = $1', [
    decodeId('export', exportAnalyses.id),
  ]);
  const blobs = await openDirectoryStore(join(dataDir, 'blobs'));
  const source = { organizationId: rows[0].organization_id, exportId: rows[0].id };
  await runExport({ db: database.db, blobs }, source, new AbortController().signal);
  const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Export { url } } }', exportAnalyses);
  return (await fetch(node.url)).text();
}
