import { failures } from '../../support/recognition.ts';
import {
  analysesOf,
  analysisEvent,
  analysisFilters,
  cancel,
  eventLog,
  exported,
  type IdCase,
  idMutation,
  listMutation,
  mutation,
  page,
  query,
  search,
  stream,
} from './ways.ts';
import type { Kind, World } from './world.ts';

const fresh = { base64: 'AAAA' };
const statsTotal = '... on AnalysisStats { groups { total { total facings } } }';
const submitInput = 'SubmitBatchInput!';
const recognizeInput = 'RecognizeImageInput!';
const updateItem = 'UpdateCatalogItemInput!';
const payload = '... on SubmitBatchPayload { batch { id } items { analysis { status image { id } task { id } } } }';
const rerun = (kind: Kind, target: (id: string) => object) =>
  mutation('rerunAnalyses', kind, 'RerunInput!', (id) => ({ target: target(id), scope: 'ALL' }), payload);
const correction = (kind: Kind, target: (id: string, ids: World['ids']) => object, item?: (id: string) => object) =>
  mutation(
    'correctDetections',
    kind,
    'CorrectDetectionsInput!',
    (id, ids) => ({ corrections: [{ target: target(id, ids), verdict: item?.(id) ?? { unknown: true } }] }),
    '... on CorrectDetectionsPayload { results { __typename ...Failures ... on Correction { verdict } } }',
  );
const corrections = (kind: Kind, filter: string) => query(kind, `corrections(filter: { ${filter}: $id }) { ${page} }`);
const correctionEvents = (kind: Kind, filter: string) =>
  stream(
    kind,
    'correctionEvents',
    (id) => `filter: { ${filter}: "${id}" }`,
    '... on CorrectionChanged { correctionId analysisId }',
    true,
  );
const recognized = '... on RecognizeImagePayload { analysis { status image { id } task { id } } }';

const videoPayload = '... on AnalyzeVideoPayload { analysis { status video { id } task { id } } }';
const newVideo = (kind: Kind, input: (id: string, ids: World['ids']) => object) =>
  mutation('analyzeVideo', kind, 'AnalyzeVideoInput!', input, videoPayload);
const newVideos = (kind: Kind, input: (id: string, ids: World['ids']) => object): IdCase => {
  const text = `mutation ($videos: [AnalyzeVideoInput!]!) { analyzeVideos(videos: $videos) {
    __typename ...Failures ... on AnalyzeVideosPayload { analyses { status video { id } task { id } } } } } ${failures}`;
  return { kind, ask: ({ user, ids }, id) => user.run(text, { videos: [input(id, ids)] }) };
};
const storedVideo = (kind: Kind, field: string) =>
  mutation('uploadVideo', kind, 'VideoInput!', (id) => ({ source: { [field]: id } }), '... on Video { id status }');
const videoAnalyses = (kind: Kind, filter: string) => query(kind, `videoAnalyses(filter: ${filter}) { ${page} }`);
const videoEvents = (kind: Kind, filter: (id: string) => string, endless = true) =>
  stream(
    kind,
    'videoEvents',
    (id) => `filter: { ${filter(id)} }`,
    '... on VideoAnalysisStatusChanged { videoAnalysisId status videoAnalysis { id } }',
    endless,
  );

const priceOf = (catalogItemId: string) => ({ pricesDifferFrom: [{ catalogItemId, price: { amount: '1.99' } }] });
const shelfOf = (catalogItemId: string) => ({ shelves: [{ positions: [{ item: { catalogItemId } }] }] });
const newPlanogram = (kind: Kind, input: (id: string, ids: World['ids']) => object) =>
  mutation('createPlanogram', kind, 'CreatePlanogramInput!', (id, ids) => ({
    name: 'Mine',
    placeId: 'elsewhere',
    ...input(id, ids),
  }));
const changedPlanogram = (kind: Kind, input: (id: string) => object) =>
  mutation('updatePlanogram', kind, 'UpdatePlanogramInput!', (id, { planogram }) => ({ id: planogram, ...input(id) }));

/** By the place as `listIdPlaces` names it. */
export const cases: Record<string, IdCase> = {
  'Query.node(id)': query('image', 'node(id: $id) { id }'),
  'Query.analysisEventLog(filter.ids)': eventLog('analysis', '{ ids: [$id] }'),
  'Query.analysisEventLog(filter.batchId)': eventLog('batch', '{ batchId: $id }'),
  'Query.analysisEventLog(filter.taskId)': eventLog('task', '{ taskId: $id }'),
  'Query.analysisEventLog(filter.imageId)': eventLog('image', '{ imageId: $id }'),
  'Query.nodes(ids)': query('catalogItem', 'nodes(ids: [$id]) { id }'),
  'Query.batches(taskId)': query('task', `batches(taskId: $id) { ${page} }`),
  'Query.batches(filter.taskId)': query('task', `batches(filter: { taskId: $id }) { ${page} }`),
  'Query.analysisStats(filter.taskId)': query('task', `analysisStats(filter: { taskId: $id }) { ${statsTotal} }`),
  'Query.analysisStats(filter.catalogItemId)': query(
    'catalogItem',
    `analysisStats(filter: { catalogItemId: $id }) { ${statsTotal} }`,
  ),
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
  'Query.planograms(filter.ids)': query('planogram', `planograms(filter: { ids: [$id] }) { ${page} }`),
  'Query.planograms(filter.taskId)': query('task', `planograms(filter: { taskId: $id }) { ${page} }`),
  ...analysisFilters('Query.analyses', (filter) => `analyses(filter: ${filter}) { ${page} }`),
  ...analysisFilters('Task.analyses', analysesOf('Task'), 'task'),
  ...analysisFilters('Batch.analyses', analysesOf('Batch'), 'batch'),
  ...analysisFilters('Image.analyses', analysesOf('Image'), 'image'),
  ...analysisFilters('Visit.analyses', analysesOf('Visit'), 'visit'),
  'Query.shelfAlerts(filter.ids)': query('shelfAlert', `shelfAlerts(filter: { ids: [$id] }) { ${page} }`),
  'Query.shelfAlerts(filter.taskId)': query('task', `shelfAlerts(filter: { taskId: $id }) { ${page} }`),
  'Query.shelfAlerts(filter.catalogItemId)': query(
    'catalogItem',
    `shelfAlerts(filter: { catalogItemId: $id }) { ${page} }`,
  ),
  'Place.timeline(filter.taskId)': query(
    'task',
    `places(first: 1) { edges { node { timeline(filter: { taskId: $id }) { edges { cursor } } } } }`,
  ),
  'Query.visits(filter.ids)': query('visit', `visits(filter: { ids: [$id] }) { ${page} }`),
  'Analysis.detections(catalogItemId)': query(
    'catalogItem',
    'node(id: $own) { ... on Analysis { detections(catalogItemId: $id) { id } } }',
    'analysis',
  ),

  'Query.corrections(filter.taskId)': corrections('task', 'taskId'),
  'Query.corrections(filter.analysisId)': corrections('analysis', 'analysisId'),
  'Query.corrections(filter.catalogItemId)': corrections('catalogItem', 'catalogItemId'),
  'Mutation.correctDetections(input.corrections.target.changedBox.detectionId)': correction('analysis', (id) => ({
    changedBox: { detectionId: `${id}-0`, box: { x: 0, y: 0, width: 0.5, height: 0.5 } },
  })),
  'Mutation.correctDetections(input.corrections.target.detectionId)': correction('analysis', (id) => ({
    detectionId: `${id}-0`,
  })),
  'Mutation.correctDetections(input.corrections.target.newBox.analysisId)': correction('analysis', (analysisId) => ({
    newBox: { analysisId, box: { x: 1, y: 2, width: 30, height: 20 } },
  })),
  'Mutation.correctDetections(input.corrections.verdict.catalogItemId)': correction(
    'catalogItem',
    (_id, { analysis }) => ({ detectionId: `${analysis}-0` }),
    (catalogItemId) => ({ catalogItemId }),
  ),
  'Mutation.approveCorrections(ids)': listMutation('correction', 'approveCorrections(ids: $values)', {
    values: (id) => [id],
    success: 'Correction',
  }),
  'Mutation.removeCorrections(ids)': listMutation('correction', 'removeCorrections(ids: $values)', {
    values: (id) => [id],
    success: 'RemovedCorrection',
  }),
  'Subscription.correctionEvents(filter.taskId)': correctionEvents('task', 'taskId'),
  'Subscription.correctionEvents(filter.analysisId)': correctionEvents('analysis', 'analysisId'),

  'Query.videos(filter.ids)': query('video', `videos(filter: { ids: [$id] }) { ${page} }`),
  'Query.videoAnalyses(filter.ids)': videoAnalyses('videoAnalysis', '{ ids: [$id] }'),
  'Query.videoAnalyses(filter.taskId)': videoAnalyses('task', '{ taskId: $id }'),
  'Query.videoAnalyses(filter.videoId)': videoAnalyses('video', '{ videoId: $id }'),
  'VideoAnalysis.tracks(catalogItemId)': query(
    'catalogItem',
    'node(id: $own) { ... on VideoAnalysis { tracks(catalogItemId: $id, minSightings: 1) { nodes { track } } } }',
    'videoAnalysis',
  ),
  'Mutation.uploadVideo(input.source.videoId)': storedVideo('video', 'videoId'),
  'Mutation.uploadVideo(input.source.uploadId)': storedVideo('awaitedVideoUpload', 'uploadId'),
  'Mutation.deleteVideos(ids)': listMutation('video', 'deleteVideos(ids: $values)', {
    values: (id) => [id],
    success: 'DeletedVideo',
  }),
  'Mutation.analyzeVideo(input.taskId)': newVideo('task', (taskId, { video }) => ({
    taskId,
    source: { videoId: video },
  })),
  'Mutation.analyzeVideo(input.source.videoId)': newVideo('video', (videoId, { task }) => ({
    taskId: task,
    source: { videoId },
  })),
  'Mutation.analyzeVideo(input.source.uploadId)': newVideo('awaitedVideoUpload', (uploadId, { task }) => ({
    taskId: task,
    source: { uploadId },
  })),
  'Mutation.analyzeVideos(videos.taskId)': newVideos('task', (taskId, { video }) => ({
    taskId,
    source: { videoId: video },
  })),
  'Mutation.analyzeVideos(videos.source.videoId)': newVideos('video', (videoId, { task }) => ({
    taskId: task,
    source: { videoId },
  })),
  'Mutation.analyzeVideos(videos.source.uploadId)': newVideos('awaitedVideoUpload', (uploadId, { task }) => ({
    taskId: task,
    source: { uploadId },
  })),
  'Subscription.videoEvents(filter.ids)': videoEvents('videoAnalysis', (id) => `ids: ["${id}"]`, false),
  'Subscription.videoEvents(filter.videoId)': videoEvents('video', (id) => `videoId: "${id}"`),
  'Subscription.videoEvents(filter.taskId)': videoEvents('task', (id) => `taskId: "${id}"`),

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
  'Mutation.createTask(input.alertRules.pricesDifferFrom.catalogItemId)': mutation(
    'createTask',
    'catalogItem',
    'CreateTaskInput!',
    (item) => ({ name: 'Mine', readText: true, alertRules: priceOf(item) }),
  ),
  'Mutation.updateTask(input.alertRules.pricesDifferFrom.catalogItemId)': mutation(
    'updateTask',
    'catalogItem',
    'UpdateTaskInput!',
    (item, { task }) => ({ id: task, readText: true, alertRules: priceOf(item) }),
  ),
  'Mutation.updateTask(input.removeCatalogItemIds)': mutation(
    'updateTask',
    'catalogItem',
    'UpdateTaskInput!',
    (item, { task }) => ({ id: task, removeCatalogItemIds: [item] }),
  ),
  'Mutation.deleteTask(id)': idMutation('deleteTask', 'task', ''),

  'Mutation.createPlanogram(input.taskId)': newPlanogram('task', (taskId, { catalogItem }) => ({
    taskId,
    content: shelfOf(catalogItem),
  })),
  'Mutation.createPlanogram(input.content.analysisId)': newPlanogram('analysis', (analysisId) => ({
    content: { analysisId },
  })),
  'Mutation.createPlanogram(input.content.shelves.positions.item.catalogItemId)': newPlanogram(
    'catalogItem',
    (catalogItemId) => ({ content: shelfOf(catalogItemId) }),
  ),
  'Mutation.updatePlanogram(input.id)': mutation('updatePlanogram', 'planogram', 'UpdatePlanogramInput!', (id) => ({
    id,
    name: 'Taken over',
  })),
  'Mutation.updatePlanogram(input.taskId)': changedPlanogram('task', (taskId) => ({ taskId, placeId: 'elsewhere' })),
  'Mutation.updatePlanogram(input.content.analysisId)': changedPlanogram('analysis', (analysisId) => ({
    content: { analysisId },
  })),
  'Mutation.updatePlanogram(input.content.shelves.positions.item.catalogItemId)': changedPlanogram(
    'catalogItem',
    (catalogItemId) => ({ content: shelfOf(catalogItemId) }),
  ),
  'Mutation.deletePlanogram(id)': idMutation('deletePlanogram', 'planogram', ''),
  'Mutation.acknowledgeShelfAlerts(ids)': listMutation('shelfAlert', 'acknowledgeShelfAlerts(ids: $values)', {
    values: (id) => [id],
    success: 'ShelfAlert',
  }),
  'Mutation.closeVisit(id)': idMutation('closeVisit', 'visit', '... on Visit { id status }'),

  'Mutation.uploadImages(images.source.imageId)': listMutation('image', 'uploadImages(images: $values)', {
    values: (imageId) => [{ source: { imageId } }],
    success: 'Image',
  }),
  'Mutation.uploadImages(images.source.uploadId)': listMutation('upload', 'uploadImages(images: $values)', {
    values: (uploadId) => [{ source: { uploadId } }],
    success: 'Image',
  }),
  'Mutation.updateImage(input.id)': mutation('updateImage', 'image', 'UpdateImageInput!', (id) => ({
    id,
    externalId: 'taken-over',
  })),
  'Mutation.renewUpload(id)': idMutation('renewUpload', 'awaitedUpload', '... on UploadTarget { id status }'),
  'Mutation.deleteAnalyses(ids)': listMutation('analysis', 'deleteAnalyses(ids: $values)', {
    values: (id) => [id],
    success: 'DeletedAnalysis',
  }),
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
  'Mutation.createSessionToken(input.taskIds)': mutation(
    'createSessionToken',
    'task',
    'CreateSessionTokenInput!',
    (id) => ({ scopes: ['READ'], taskIds: [id] }),
    '... on CreateSessionTokenPayload { sessionToken { taskIds } }',
  ),
  'Mutation.createAnalysisLink(input.analysisId)': mutation(
    'createAnalysisLink',
    'analysis',
    'CreateAnalysisLinkInput!',
    (analysisId) => ({ analysisId }),
    '... on CreateAnalysisLinkPayload { sessionToken { analysis { id } } }',
  ),
  'Mutation.revokeSessionToken(id)': idMutation(
    'revokeSessionToken',
    'sessionToken',
    '... on SessionToken { id revokedAt }',
  ),

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
  'Subscription.analysisEvents(filter.imageId)': stream(
    'image',
    'analysisEvents',
    (id) => `filter: { imageId: "${id}" }`,
    analysisEvent,
    true,
  ),
  'Subscription.batchEvents(batchId)': stream(
    'batch',
    'batchEvents',
    (id) => `batchId: "${id}"`,
    '... on BatchProgressed { batchId batch { id } }',
  ),
  'Mutation.cancelCatalogImport(id)': idMutation(
    'cancelCatalogImport',
    'catalogImport',
    '... on CatalogImport { id status }',
  ),
  'Subscription.catalogImportEvents(id)': stream(
    'catalogImport',
    'catalogImportEvents',
    (id) => `id: "${id}"`,
    '... on CatalogImportProgressed { catalogImportId status catalogImport { id } }',
  ),
  'Subscription.catalogItemEvents(ids)': stream(
    'catalogItem',
    'catalogItemEvents',
    (id) => `ids: ["${id}"]`,
    '... on CatalogItemChanged { catalogItemId catalogItem { id } }',
  ),
  'Subscription.shelfAlertEvents(filter.taskId)': stream(
    'task',
    'shelfAlertEvents',
    (id) => `filter: { taskId: "${id}" }`,
    '... on ShelfAlertChanged { shelfAlertId status shelfAlert { id } }',
    true,
  ),
  'Subscription.visitEvents(filter.ids)': stream(
    'visit',
    'visitEvents',
    (id) => `filter: { ids: ["${id}"] }`,
    '... on VisitChanged { visitId status visit { id } }',
    true,
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
