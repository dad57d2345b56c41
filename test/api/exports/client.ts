import { expect } from 'vitest';
import { decodeId, encodeId } from '../../../src/ids.ts';
import { pictureBase64 } from '../../support/pictures.ts';
import { expectType, failures } from '../../support/recognition.ts';
import type { TestSightline } from '../../support/sightline.ts';
import type { ResultOwner } from '../../support/stored-results.ts';
import type { Data, User } from '../../support/user.ts';

let colour = 0;

/** A task with a picture of its own. */
export async function makeOwner(
  sightline: TestSightline,
  user: User,
  taskId: string,
  filename: string | null = null,
): Promise<ResultOwner> {
  const base64 = await pictureBase64({ colour: `#0000${(16 + colour++).toString(16)}` });
  const { uploadImages } = await user.run(
    'mutation ($images: [ImageInput!]!) { uploadImages(images: $images) { results { ... on Image { id } } } }',
    { images: [{ source: { base64 } }] },
  );
  const imageId = decodeId('image', uploadImages.results[0].id)!;
  const { rows } = await sightline.database.pool.query(
    'update image set filename = $2 where id = $1 returning organization_id',
    [imageId, filename],
  );
  return { organizationId: rows[0].organization_id, taskId: decodeId('task', taskId)!, imageId };
}

const exportFields = /* GraphQL */ `
  fragment ExportFields on Export { id status format url byteSize rows createdAt finishedAt expiresAt failure { code message } }
`;

export const exportMutation = /* GraphQL */ `
  mutation ($input: ExportInput!) {
    exportAnalyses(input: $input) { __typename ...Failures ...ExportFields }
  }
  ${failures}
  ${exportFields}
`;

export const exportEvents = /* GraphQL */ `
  subscription ($id: ID!, $after: String) {
    exportEvents(id: $id, after: $after) {
      __typename
      ... on StreamEvent { cursor }
      ... on ExportChanged { at exportId status export { ...ExportFields } }
    }
  }
  ${exportFields}
`;

export async function start(user: User, format: string, filter: Record<string, unknown>, options = {}): Promise<Data> {
  const { exportAnalyses } = await user.run(exportMutation, { input: { format, filter, ...options } });
  return exportAnalyses;
}

/** The export when it has ended well. */
export async function exportAll(
  user: User,
  format: string,
  filter: Record<string, unknown>,
  options: { byteOrderMark?: boolean; basis?: string; mediaType?: string } = {},
): Promise<Data> {
  const { id } = expectType(await start(user, format, filter, options), 'Export');
  const events = await user.collect(exportEvents, { id });
  expect(events.at(-1)).toMatchObject({ exportId: id, status: 'SUCCEEDED' });
  return events.at(-1).export;
}

export async function download(made: Data): Promise<string> {
  const response = await fetch(made.url);
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(Buffer.byteLength(text)).toBe(made.byteSize);
  return text;
}

export function taskFilter(of: ResultOwner) {
  return { taskId: encodeId('task', of.taskId) };
}
