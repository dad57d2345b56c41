import { request } from '../../support/client.ts';
import { failures } from '../../support/recognition.ts';
import type { Data } from '../../support/user.ts';
import type { Kind, World } from './world.ts';

/** One place for an id. */
export interface IdCase {
  /** What the id there names. */
  kind: Kind;
  /** Asks as `asker`, with all other ids being the asker's own, and returns everything that is answered. */
  ask(asker: World, id: string): Promise<Data>;
  /** Whether it follows the log, which tells of what happened and not of what is. */
  stream?: boolean;
  /** Whether it makes something of the asker's own whatever the id names, which then holds nothing of that. */
  makesOwn?: boolean;
}

const page = 'totalCount edges { node { id } }';

/** A query with `$id`, and `$own` where it begins at something of the asker's. */
function query(kind: Kind, text: string, own?: Kind): IdCase {
  const variables = own ? '($id: ID!, $own: ID!)' : '($id: ID!)';
  return {
    kind,
    ask: ({ user, ids }, id) => user.run(`query ${variables} { ${text} }`, { id, ...(own && { own: ids[own] }) }),
  };
}

/** The filters of a list of analyses, wherever such a list is. */
function analysisFilters(at: string, list: (filter: string) => string, own?: Kind): Record<string, IdCase> {
  const one = (kind: Kind, filter: string) => query(kind, list(filter), own);
  return {
    [`${at}(filter.ids)`]: one('analysis', '{ ids: [$id] }'),
    [`${at}(filter.taskId)`]: one('task', '{ taskId: $id }'),
    [`${at}(filter.batchId)`]: one('batch', '{ batchId: $id }'),
    [`${at}(filter.imageId)`]: one('image', '{ imageId: $id }'),
    [`${at}(filter.containsCatalogItemId)`]: one('catalogItem', '{ containsCatalogItemId: $id }'),
  };
}

function analysesOf(type: string): (filter: string) => string {
  return (filter) => `node(id: $own) { ... on ${type} { analyses(filter: ${filter}) { ${page} } } }`;
}

/** A mutation with an input, whose answer is a union with failures. */
function mutation(
  field: string,
  kind: Kind,
  inputType: string,
  input: (id: string, ids: World['ids']) => object,
  selection = '',
): IdCase {
  const text = `mutation ($input: ${inputType}) { ${field}(${field === 'cancelAnalyses' ? 'target' : 'input'}: $input) {
    __typename ...Failures ${selection} } } ${failures}`;
  return { kind, ask: ({ user, ids }, id) => user.run(text, { input: input(id, ids) }) };
}

/** A mutation that answers for each of several. */
function listMutation(
  kind: Kind,
  call: string,
  { values, success }: { values: (id: string) => unknown[]; success: string },
): IdCase {
  const type = call.includes('images:') ? '[ImageInput!]!' : '[ID!]!';
  const text = `mutation ($values: ${type}) { ${call} { results {
    __typename ...Failures ... on ${success} { id } } } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { values: values(id) }) };
}

/** A search, which refuses an example that is not here with an error of the request. */
function search(kind: Kind, by: string): IdCase {
  const text = `query ($id: ID!) { searchImages(by: { ${by}: $id }) { edges { score node { id } } } }`;
  return {
    kind,
    async ask({ user: { url, apiKey } }, id) {
      const { status, body } = await request(url, { query: text, variables: { id }, apiKey });
      return { status, data: body.data, errors: body.errors };
    },
  };
}

/** An export with a filter: what is in its file, or why there is none. */
function exported(kind: Kind, filter: (id: string) => object, makesOwn = false): IdCase {
  const text = `mutation ($input: ExportInput!) {
    exportAnalyses(input: $input) { __typename ...Failures ... on Export { id } } } ${failures}`;
  return {
    kind,
    makesOwn,
    async ask({ user, writeExport }, id) {
      const { exportAnalyses } = await user.run(text, { input: { format: 'JSONL', filter: filter(id) } });
      if (exportAnalyses.__typename !== 'Export') return exportAnalyses;
      await writeExport(exportAnalyses.id);
      const { node } = await user.run('query ($id: ID!) { node(id: $id) { ... on Export { status rows url } } }', {
        id: exportAnalyses.id,
      });
      const file = await fetch(node.url);
      return { status: node.status, rows: node.rows, httpStatus: file.status, content: await file.text() };
    },
  };
}

/** A mutation that takes one id. */
function idMutation(field: string, kind: Kind, success: string): IdCase {
  const text = `mutation ($id: ID!) { ${field}(id: $id) { __typename ...Failures ${success} } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { id }) };
}

function cancel(kind: Kind, target: (id: string) => object): IdCase {
  const text = `mutation ($target: AnalysisTarget!) { cancelAnalyses(target: $target) { results {
    __typename ...Failures ... on Analysis { id status } } } } ${failures}`;
  return { kind, ask: ({ user }, id) => user.run(text, { target: target(id) }) };
}

const fresh = { base64: 'AAAA' };
const submitInput = 'SubmitBatchInput!';
const recognizeInput = 'RecognizeImageInput!';
const updateItem = 'UpdateCatalogItemInput!';
const payload = '... on SubmitBatchPayload { batch { id } items { analysis { status image { id } task { id } } } }';
const rerun = (kind: Kind, target: (id: string) => object) =>
  mutation('rerunAnalyses', kind, 'RerunInput!', (id) => ({ target: target(id), scope: 'ALL' }), payload);
const recognized = '... on RecognizeImagePayload { analysis { status image { id } task { id } } }';

/**
 * The first event of a stream from the beginning of the owner's world on; none when the stream completes without one. One
 * that has neither, since it is endless, is given up when the log has been read several times over on a stream beside it.
 */
function stream(kind: Kind, field: string, args: (id: string) => string, event: string, endless = false): IdCase {
  const text = (given: string) =>
    `subscription ($after: String) { ${field}(after: $after, ${given}) { __typename ${event} } }`;
  return {
    kind,
    stream: true,
    async ask({ user, eventCursor, ids }, id) {
      const events: Data[] = [];
      const ended = (async () => {
        for await (const one of user.stream(text(args(id)), { after: eventCursor })) {
          events.push(one);
          break;
        }
      })();
      const isOwner = ids[kind] === id;
      await (endless && !isOwner ? Promise.race([ended, readLogTo(ids.analysis, { user, eventCursor })]) : ended);
      await user.close();
      await ended;
      return events;
    },
  };
}

/** To where this analysis, which was the last of all to change, SUCCEEDED. */
async function readLogTo(
  analysisId: string,
  { user, eventCursor }: Pick<World, 'user' | 'eventCursor'>,
): Promise<void> {
  const text = `subscription ($after: String) { analysisEvents(after: $after, filter: {}) { ${analysisEvent} } }`;
  for (let round = 0; round < 5; round += 1)
    for await (const event of user.stream(text, { after: eventCursor }))
      if (event.analysisId === analysisId && event.status === 'SUCCEEDED') break;
}

const analysisEvent = '... on AnalysisStatusChanged { analysisId status analysis { id } }';

/** By the place as `listIdPlaces` names it. */
export const cases: Record<string, IdCase> = {
  'Query.node(id)': query('image', 'node(id: $id) { id }'),
  'Query.nodes(ids)': query('catalogItem', 'nodes(ids: [$id]) { id }'),
  'Query.batches(taskId)': query('task', `batches(taskId: $id) { ${page} }`),
  'Query.catalogItems(filter.ids)': query('catalogItem', `catalogItems(filter: { ids: [$id] }) { ${page} }`),
  'Query.images(filter.ids)': query('image', `images(filter: { ids: [$id] }) { ${page} }`),
  'Query.images(filter.containsCatalogItemId)': query(
    'catalogItem',
    `images(filter: { containsCatalogItemId: $id }) { ${page} }`,
  ),
  'Query.searchImages(by.imageId)': search('image', 'imageId'),
  'Query.searchImages(by.uploadId)': search('upload', 'uploadId'),
  'Query.searchImages(by.catalogItemId)': search('catalogItem', 'catalogItemId'),
  'Query.tasks(filter.ids)': query('task', `tasks(filter: { ids: [$id] }) { ${page} }`),
  'Query.tasks(filter.catalogItemId)': query('catalogItem', `tasks(filter: { catalogItemId: $id }) { ${page} }`),
  ...analysisFilters('Query.analyses', (filter) => `analyses(filter: ${filter}) { ${page} }`),
  ...analysisFilters('Task.analyses', analysesOf('Task'), 'task'),
  ...analysisFilters('Batch.analyses', analysesOf('Batch'), 'batch'),
  ...analysisFilters('Image.analyses', analysesOf('Image'), 'image'),
  'Analysis.detections(catalogItemId)': query(
    'catalogItem',
    'node(id: $own) { ... on Analysis { detections(catalogItemId: $id) { id } } }',
    'analysis',
  ),

  'Mutation.submitBatch(input.taskId)': mutation(
    'submitBatch',
    'task',
    submitInput,
    (taskId) => ({ taskId, images: [{ source: fresh }] }),
    payload,
  ),
  'Mutation.submitBatch(input.images.taskId)': mutation(
    'submitBatch',
    'task',
    submitInput,
    (taskId, { task }) => ({ taskId: task, images: [{ source: fresh }, { source: fresh, taskId }] }),
    payload,
  ),
  'Mutation.submitBatch(input.images.source.imageId)': mutation(
    'submitBatch',
    'image',
    submitInput,
    (imageId, { task }) => ({ taskId: task, images: [{ source: { imageId } }] }),
    payload,
  ),
  'Mutation.recognizeImage(input.taskId)': mutation(
    'recognizeImage',
    'task',
    recognizeInput,
    (taskId) => ({ taskId, image: { source: fresh } }),
    recognized,
  ),
  'Mutation.recognizeImage(input.image.taskId)': mutation(
    'recognizeImage',
    'task',
    recognizeInput,
    (taskId, { task }) => ({ taskId: task, image: { source: fresh, taskId } }),
    recognized,
  ),
  'Mutation.recognizeImage(input.image.source.imageId)': mutation(
    'recognizeImage',
    'image',
    recognizeInput,
    (imageId, { task }) => ({ taskId: task, image: { source: { imageId } }, waitSeconds: 0 }),
    recognized,
  ),
  'Mutation.submitBatch(input.images.source.uploadId)': mutation(
    'submitBatch',
    'upload',
    submitInput,
    (uploadId, { task }) => ({ taskId: task, images: [{ source: { uploadId } }] }),
    payload,
  ),
  'Mutation.recognizeImage(input.image.source.uploadId)': mutation(
    'recognizeImage',
    'upload',
    recognizeInput,
    (uploadId, { task }) => ({ taskId: task, image: { source: { uploadId } }, waitSeconds: 0 }),
    recognized,
  ),
  'Mutation.rerunAnalyses(input.target.ids)': rerun('analysis', (id) => ({ ids: [id] })),
  'Mutation.rerunAnalyses(input.target.batchId)': rerun('batch', (batchId) => ({ batchId })),
  'Mutation.rerunAnalyses(input.target.taskId)': rerun('task', (taskId) => ({ taskId })),
  'Mutation.cancelAnalyses(target.ids)': cancel('openAnalysis', (id) => ({ ids: [id] })),
  'Mutation.cancelAnalyses(target.batchId)': cancel('batch', (batchId) => ({ batchId })),
  'Mutation.cancelAnalyses(target.taskId)': cancel('task', (taskId) => ({ taskId })),

  'Mutation.createCatalogItem(input.thumbnail.imageId)': mutation(
    'createCatalogItem',
    'image',
    'CreateCatalogItemInput!',
    (imageId) => ({ name: 'Mine', thumbnail: { imageId } }),
  ),
  'Mutation.createCatalogItem(input.referenceImages.imageId)': mutation(
    'createCatalogItem',
    'image',
    'CreateCatalogItemInput!',
    (imageId, { referenceImage }) => ({
      name: 'Mine',
      thumbnail: { imageId: referenceImage },
      referenceImages: [{ imageId }],
    }),
  ),
  'Mutation.createCatalogItem(input.thumbnail.uploadId)': mutation(
    'createCatalogItem',
    'upload',
    'CreateCatalogItemInput!',
    (uploadId) => ({ name: 'Mine', thumbnail: { uploadId } }),
  ),
  'Mutation.createCatalogItem(input.referenceImages.uploadId)': mutation(
    'createCatalogItem',
    'upload',
    'CreateCatalogItemInput!',
    (uploadId, { referenceImage }) => ({
      name: 'Mine',
      thumbnail: { imageId: referenceImage },
      referenceImages: [{ uploadId }],
    }),
  ),
  'Mutation.updateCatalogItem(input.id)': mutation('updateCatalogItem', 'catalogItem', updateItem, (id) => ({
    id,
    name: 'Taken over',
  })),
  'Mutation.updateCatalogItem(input.thumbnail.imageId)': mutation(
    'updateCatalogItem',
    'image',
    updateItem,
    (imageId, { catalogItem }) => ({ id: catalogItem, thumbnail: { imageId } }),
  ),
  'Mutation.updateCatalogItem(input.addReferenceImages.imageId)': mutation(
    'updateCatalogItem',
    'image',
    updateItem,
    (imageId, { catalogItem }) => ({ id: catalogItem, addReferenceImages: [{ imageId }] }),
  ),
  'Mutation.updateCatalogItem(input.thumbnail.uploadId)': mutation(
    'updateCatalogItem',
    'upload',
    updateItem,
    (uploadId, { catalogItem }) => ({ id: catalogItem, thumbnail: { uploadId } }),
  ),
  'Mutation.updateCatalogItem(input.addReferenceImages.uploadId)': mutation(
    'updateCatalogItem',
    'upload',
    updateItem,
    (uploadId, { catalogItem }) => ({ id: catalogItem, addReferenceImages: [{ uploadId }] }),
  ),
  'Mutation.updateCatalogItem(input.removeReferenceImages)': mutation(
    'updateCatalogItem',
    'referenceImage',
    updateItem,
    (imageId, { catalogItem }) => ({ id: catalogItem, removeReferenceImages: [imageId] }),
  ),
  'Mutation.archiveCatalogItems(ids)': listMutation('catalogItem', 'archiveCatalogItems(ids: $values)', {
    values: (id) => [id],
    success: 'CatalogItem',
  }),

  'Mutation.createTask(input.catalogItemIds)': mutation('createTask', 'catalogItem', 'CreateTaskInput!', (id) => ({
    name: 'Mine',
    catalogItemIds: [id],
  })),
  'Mutation.updateTask(input.id)': mutation('updateTask', 'task', 'UpdateTaskInput!', (id) => ({
    id,
    name: 'Taken over',
  })),
  'Mutation.updateTask(input.addCatalogItemIds)': mutation(
    'updateTask',
    'catalogItem',
    'UpdateTaskInput!',
    (item, { task }) => ({ id: task, addCatalogItemIds: [item] }),
  ),
  'Mutation.updateTask(input.removeCatalogItemIds)': mutation(
    'updateTask',
    'catalogItem',
    'UpdateTaskInput!',
    (item, { task }) => ({ id: task, removeCatalogItemIds: [item] }),
  ),
  'Mutation.deleteTask(id)': idMutation('deleteTask', 'task', ''),

  'Mutation.uploadImages(images.source.imageId)': listMutation('image', 'uploadImages(images: $values)', {
    values: (imageId) => [{ source: { imageId } }],
    success: 'Image',
  }),
  'Mutation.uploadImages(images.source.uploadId)': listMutation('upload', 'uploadImages(images: $values)', {
    values: (uploadId) => [{ source: { uploadId } }],
    success: 'Image',
  }),
  'Mutation.renewUpload(id)': idMutation('renewUpload', 'awaitedUpload', '... on UploadTarget { id status }'),
  'Mutation.deleteImages(ids)': listMutation('referenceImage', 'deleteImages(ids: $values)', {
    values: (id) => [id],
    success: 'DeletedImage',
  }),

  'Mutation.exportAnalyses(input.filter.ids)': exported('analysis', (id) => ({ ids: [id] }), true),
  'Mutation.exportAnalyses(input.filter.taskId)': exported('task', (taskId) => ({ taskId })),
  'Mutation.exportAnalyses(input.filter.batchId)': exported('batch', (batchId) => ({ batchId })),
  'Mutation.exportAnalyses(input.filter.imageId)': exported('image', (imageId) => ({ imageId })),
  'Mutation.exportAnalyses(input.filter.containsCatalogItemId)': exported(
    'catalogItem',
    (containsCatalogItemId) => ({ containsCatalogItemId }),
    true,
  ),
  'Mutation.revokeApiKey(id)': idMutation('revokeApiKey', 'apiKey', '... on ApiKey { id revokedAt }'),

  'Subscription.analysisEvents(filter.ids)': stream(
    'analysis',
    'analysisEvents',
    (id) => `filter: { ids: ["${id}"] }`,
    analysisEvent,
  ),
  'Subscription.analysisEvents(filter.batchId)': stream(
    'batch',
    'analysisEvents',
    (id) => `filter: { batchId: "${id}" }`,
    analysisEvent,
  ),
  'Subscription.analysisEvents(filter.taskId)': stream(
    'task',
    'analysisEvents',
    (id) => `filter: { taskId: "${id}" }`,
    analysisEvent,
    true,
  ),
  'Subscription.batchEvents(batchId)': stream(
    'batch',
    'batchEvents',
    (id) => `batchId: "${id}"`,
    '... on BatchProgressed { batchId batch { id } }',
  ),
  'Subscription.catalogItemEvents(ids)': stream(
    'catalogItem',
    'catalogItemEvents',
    (id) => `ids: ["${id}"]`,
    '... on CatalogItemChanged { catalogItemId catalogItem { id } }',
  ),
  'Subscription.exportEvents(id)': stream(
    'export',
    'exportEvents',
    (id) => `id: "${id}"`,
    '... on ExportChanged { exportId status export { id } }',
  ),
  'Subscription.imageEvents(ids)': stream(
    'image',
    'imageEvents',
    (id) => `ids: ["${id}"]`,
    '... on ImageChanged { imageId image { id } }',
  ),
};
