import { pictureBase64 } from '../../support/pictures.ts';
import { awaitActive, createItem, createTask, submitBatch } from '../../support/recognition.ts';
import { createUser, type User } from '../../support/user.ts';
import type { Target } from './target.ts';

/** An organisation with something of everything that has an id. */
export interface World {
  user: User;
  organizationId: string;
  ids: readonly string[];
}

/** @param marker stands in every text of it. */
export async function createWorld(target: Target, marker: string): Promise<World> {
  const organizationId = await target.createOrganization(marker);
  const user = createUser({ url: target.url, apiKey: await target.createKey(organizationId) });
  const base64 = await pictureBase64({ colour: '#112233', noise: true });
  const texts = { name: marker, customId: marker, brand: marker, customProps: { text: marker } };
  const item = await createItem(user, { ...texts, thumbnail: { base64 } });
  await awaitActive(user, [item.id]);
  const task = await createTask(user, {
    name: marker,
    catalogItemIds: [item.id],
    computeShares: true,
    computeRealogram: true,
  });
  const member = { source: { base64 }, externalId: marker, placeId: marker, metadata: { text: marker }, index: true };
  const submitted = await submitBatch(user, [member, { ...member, source: { base64: 'AAAA' } }], { taskId: task });
  for await (const _event of user.stream(ended, { batchId: submitted.batch.id, after: submitted.batch.eventCursor }));
  const { createUploads, exportAnalyses } = await user.run(otherIds);
  const { viewer } = await user.run('{ viewer { organization { id } apiKey { id } } }');
  await user.close();
  const images = submitted.analyses.flatMap(({ image }) => image?.id ?? []);
  const ids = [item.id, item.thumbnail.id, task, submitted.batch.id, ...submitted.ids, ...images];
  return {
    user,
    organizationId,
    ids: [...ids, createUploads.uploads[0].id, exportAnalyses.id, viewer.organization.id, viewer.apiKey.id],
  };
}

const ended = /* GraphQL */ `
  subscription ($batchId: ID!, $after: String) { analysisEvents(filter: { batchId: $batchId }, after: $after) { __typename } }
`;

const otherIds = /* GraphQL */ `
  mutation {
    createUploads(uploads: [{ filename: "a.jpg", mimeType: "image/jpeg", byteSize: 10 }]) {
      ... on CreateUploadsPayload { uploads { id } }
    }
    exportAnalyses(input: { format: JSONL, filter: {} }) { ... on Export { id } }
  }
`;
