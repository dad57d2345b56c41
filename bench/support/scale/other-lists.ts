import type { BatchFilter } from '../../../src/batches/batch-filter.ts';
import { findBatches } from '../../../src/batches/batches.repository.ts';
import { listBatches } from '../../../src/batches/list-batches.repository.ts';
import { listCatalogItems } from '../../../src/catalog/catalog.repository.ts';
import type { CatalogItemFilter } from '../../../src/catalog/catalog-filter.ts';
import { type CorrectionFilter, listCorrections } from '../../../src/corrections/corrections.repository.ts';
import type { ImageFilter } from '../../../src/images/image-filter.ts';
import { findImages, listImages } from '../../../src/images/images.repository.ts';
import { listPlaces } from '../../../src/places/places.repository.ts';
import { listTimeline } from '../../../src/places/timeline.repository.ts';
import { listTasks } from '../../../src/tasks/tasks.repository.ts';
import { listVideoAnalyses, type VideoAnalysisFilter } from '../../../src/video-analyses/video-analyses.repository.ts';
import { listVideos } from '../../../src/videos/videos.repository.ts';
import { listVisits } from '../../../src/visits/visits.repository.ts';
import { page } from './analysis-lists.ts';
import type { Action } from './measure.ts';
import { given, type Picked } from './picked.ts';

/** Lists of everything else, with their filters. */
export function otherLists(picked: Picked): Action[] {
  const { organizationId: of, oldHours, placeId } = picked;
  return [
    ...each('images', imageFilters(picked), (filter) => (db) => listImages(db, of, filter, page)),
    {
      what: 'images by RECORDED_AT',
      run: (db) => listImages(db, of, {}, page, { field: 'RECORDED_AT', direction: 'DESC' }),
    },
    {
      what: 'images by RECORDED_AT, recorded in ten old days',
      run: (db) =>
        listImages(db, of, { recordedAt: picked.oldDays }, page, { field: 'RECORDED_AT', direction: 'DESC' }),
    },
    { what: 'an image', run: (db) => findImages(db, of, [picked.imageId]) },
    ...each('batches', batchFilters(picked), (filter) => (db) => listBatches(db, of, [filter], page)),
    {
      what: 'batches by FINISHED_AT',
      run: (db) => listBatches(db, of, [], page, { field: 'FINISHED_AT', direction: 'DESC' }),
    },
    { what: 'a batch', run: (db) => findBatches(db, of, [picked.batchId]) },
    ...each('catalogItems', itemFilters(), (filter) => (db) => listCatalogItems(db, of, { filter }, page)),
    {
      what: 'catalogItems of a task',
      run: (db) =>
        listCatalogItems(db, of, { filter: {}, task: { taskId: picked.rareTaskId, allCatalogItems: false } }, page),
    },
    { what: 'places', run: (db) => listPlaces(db, of, {}, page) },
    { what: 'places, by part of the id', run: (db) => listPlaces(db, of, { text: 'store 7' }, page) },
    { what: 'places with alerts', run: (db) => listPlaces(db, of, { hasRaisedAlerts: true }, page) },
    { what: 'timeline of a place', run: (db) => listTimeline(db, of, placeId, {}, page) },
    { what: 'tasks', run: (db) => listTasks(db, of, {}, page) },
    { what: 'visits', run: (db) => listVisits(db, of, {}, page) },
    { what: 'visits at a place', run: (db) => listVisits(db, of, { placeId }, page) },
    ...each('corrections', correctionFilters(picked), (filter) => (db) => listCorrections(db, of, filter, page)),
    ...each('videoAnalyses', videoFilters(picked), (filter) => (db) => listVideoAnalyses(db, of, filter, page)),
    { what: 'videos', run: (db) => listVideos(db, of, {}, page) },
    { what: 'videos, of six old hours', run: (db) => listVideos(db, of, { createdAt: oldHours }, page) },
  ];
}

function each<Filter>(list: string, filters: Record<string, Filter>, run: (filter: Filter) => Action['run']): Action[] {
  return Object.entries(filters).map(([name, filter]) => ({
    what: name === '' ? list : `${list}, ${name}`,
    run: run(filter),
  }));
}

function imageFilters(picked: Picked): Record<string, ImageFilter> {
  return {
    '': {},
    'of six old hours': { createdAt: picked.oldHours },
    'of ten old days': { createdAt: picked.oldDays },
    'recorded in six old hours': { recordedAt: picked.oldHours },
    'recorded in ten old days': { recordedAt: picked.oldDays },
    'of a place': { placeId: picked.placeId },
    'by externalId': { externalId: picked.externalId },
    'AWAITING_UPLOAD, of which there are none': { status: 'AWAITING_UPLOAD' },
    'that could not be indexed': { indexingStatus: 'FAILED' },
    'being indexed, of which there are none': { indexingStatus: 'INDEXING' },
    'with metadata that many have': { metadata: [{ key: 'camera', value: '7' }] },
    'with an item': { containsCatalogItem: given(picked.itemId) },
    'narrowed to a rare task': { narrowing: { taskIds: [picked.rareTaskId], placeIds: null } },
  };
}

function batchFilters(picked: Picked): Record<string, BatchFilter> {
  return {
    '': {},
    'of a rare task': { taskIds: [picked.rareTaskId] },
    PROCESSING: { statuses: ['PROCESSING'] },
    'of six old hours': { createdAt: picked.oldHours },
    'of ten old days': { createdAt: picked.oldDays },
    'that ended in six old hours': { finishedAt: picked.oldHours },
    'narrowed to a rare task': { narrowing: { taskIds: [picked.rareTaskId], placeIds: null } },
    'narrowed to a place': { narrowing: { taskIds: null, placeIds: [picked.placeId] } },
  };
}

function itemFilters(): Record<string, CatalogItemFilter> {
  return {
    '': {},
    'by text': { text: 'product 77' },
    'by name': { name: 'product 77' },
    'with a tag': { tag: 'shelf 7' },
    ACTIVE: { status: 'ACTIVE' },
    'FAILED, of which there are none': { status: 'FAILED' },
  };
}

function correctionFilters(picked: Picked): Record<string, CorrectionFilter> {
  return {
    '': {},
    PROPOSED: { status: 'PROPOSED' },
    'of a rare task': { taskId: picked.rareTaskId },
    'of six old hours': { createdAt: picked.oldHours },
    'of an item': { catalogItemId: picked.itemId },
  };
}

function videoFilters(picked: Picked): Record<string, VideoAnalysisFilter> {
  return {
    '': {},
    'of a rare task': { taskId: picked.rareTaskId },
    FAILED: { statuses: ['FAILED'] },
    'QUEUED, of which there are none': { statuses: ['QUEUED'] },
    'of six old hours': { createdAt: picked.oldHours },
    'of a place': { placeId: picked.placeId },
  };
}
