import type { ObjectFieldBuilder } from '@pothos/core';
import type { CommonRow } from '../../src/analyses/columns.ts';
import { type AnalysisStatus as AnalysisStatusText, priorityName } from '../../src/analyses/life.ts';
import type { Location } from '../../src/analyses/location.ts';
import { readFailure } from '../../src/shared/failure.ts';
import { builder, type Types } from '../core/builder.ts';
import { Failure } from '../core/errors.ts';
import { neighbor } from '../core/neighbors.ts';
import type { MediaWords } from '../images/media-fields.ts';
import { fixedPipeline, Pipeline } from '../models/pipeline.ts';
import { Task } from '../tasks/task.ts';
import { AnalysisStatus, Priority } from './enums.ts';

const GeoPoint = builder.objectRef<Location>('GeoPoint').implement({
  description: 'A position on Earth (WGS 84).',
  fields: (t) => ({
    latitude: t.exposeFloat('latitude', { description: 'Latitude in degrees, from -90 (south) to 90 (north).' }),
    longitude: t.exposeFloat('longitude', { description: 'Longitude in degrees, from -180 (west) to 180 (east).' }),
  }),
});

/**
 * The fields of analyses of both kinds: how an analysis stands, and what the client submitted with it.
 * @param typeName of the type that has them
 */
export function commonFields<Row extends CommonRow>(
  t: ObjectFieldBuilder<Types, Row>,
  typeName: string,
  { noun, taken }: MediaWords,
) {
  return {
    status: t.field({ type: AnalysisStatus, description: 'The current status.', resolve: ({ status }) => status }),
    failure: t.field({
      type: Failure,
      nullable: true,
      description: 'Why the analysis is FAILED. Null in any other status.',
      resolve: (row) => readFailure(row),
    }),
    task: t.field({
      type: Task,
      description: 'The task that the analysis runs, even if the task has since been deleted.',
      resolve: neighbor(typeName, 'task', Task, (row: Row) => row.task_id),
    }),
    pipeline: t.field({
      type: Pipeline,
      description: 'The pipeline that runs the analysis, chosen when it was submitted.',
      resolve: ({ pipeline }, _args, context) => fixedPipeline(context, pipeline),
    }),
    externalId: t.string({
      nullable: true,
      description: `The client's own id for the ${noun}.`,
      resolve: (row) => row.external_id,
    }),
    placeId: t.string({
      nullable: true,
      description: `The client's own id for the place where the ${taken}.`,
      resolve: (row) => row.place_id,
    }),
    visitId: t.string({
      nullable: true,
      description: `The client's own id for the visit that the ${noun} belongs to.`,
      resolve: (row) => row.visit_id,
    }),
    location: t.field({
      type: GeoPoint,
      nullable: true,
      description: `Where the ${taken}, as submitted by the client; it is never read from the ${noun}. Null if the client submitted none.`,
      resolve: ({ latitude, longitude }) => (latitude === null || longitude === null ? null : { latitude, longitude }),
    }),
    metadata: t.field({
      type: 'JSONObject',
      description: `The metadata submitted with the ${noun}.`,
      resolve: ({ metadata }) => metadata as Record<string, unknown>,
    }),
    options: t.field({
      type: 'JSONObject',
      description: `The options submitted with the ${noun}: those that override the task.`,
      resolve: ({ options }) => options as Record<string, unknown>,
    }),
    actor: t.string({
      nullable: true,
      description:
        'Whom the session token stood for with which the analysis was submitted or rerun; see CreateSessionTokenInput. Null if nobody was named, or an API key was sent.',
      resolve: ({ actor }) => actor,
    }),
    priority: t.field({
      type: Priority,
      description: 'The priority with which the analysis was submitted.',
      resolve: ({ priority }) => priorityName(priority),
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the analysis was submitted.',
      resolve: (row) => row.created_at,
    }),
    finishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the analysis ended. Null until then.',
      resolve: (row) => row.finished_at,
    }),
  };
}

/** The fields of events about changes of status. */
export function statusChangeFields<Shape extends { event: { state: { status: AnalysisStatusText } } }>(
  t: ObjectFieldBuilder<Types, Shape>,
  previousOf: (event: Shape['event']) => AnalysisStatusText | null | undefined,
) {
  return {
    status: t.field({
      type: AnalysisStatus,
      description: 'The status after this change.',
      resolve: ({ event }) => event.state.status,
    }),
    previousStatus: t.field({
      type: AnalysisStatus,
      nullable: true,
      description:
        'The status before this change. Null for a new analysis, and for the initial state that a stream starts with.',
      resolve: ({ event }) => previousOf(event),
    }),
  };
}
