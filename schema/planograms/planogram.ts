import {
  countVersions,
  findPlanograms,
  listVersions,
  type PlanogramRow,
  type PlanogramVersionRow,
} from '../../src/planograms/planograms.repository.ts';
import { findVersionsAt } from '../../src/planograms/shelf-checks.repository.ts';
import { orientations, type PlannedPosition, type PlannedShelf } from '../../src/recognition/compliance/plan.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, connectionType, numberKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { loaderBy, rowsById } from '../core/loaders.ts';
import { registerNode } from '../core/node.ts';
import { Task } from '../tasks/task.ts';

const orientationHelp: Record<(typeof orientations)[number], string> = {
  FRONT: 'The front.',
  BACK: 'The back.',
  LEFT_SIDE: 'The left side, so that a facing is as wide as the product is deep.',
  RIGHT_SIDE: 'The right side, so that a facing is as wide as the product is deep.',
  TOP: 'The top: the product lies.',
  BOTTOM: 'The bottom: the product lies.',
};

export const Orientation = builder.enumType('Orientation', {
  description: 'The side of a product that faces the customer. It is not checked in images.',
  values: Object.fromEntries(orientations.map((name) => [name, { description: orientationHelp[name] }])) as Record<
    (typeof orientations)[number],
    { description: string }
  >,
});

const PlanogramPosition = builder.objectRef<PlannedPosition & { index: number }>('PlanogramPosition').implement({
  description: 'Facings of one catalogue item beside each other.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Position from the left of the shelf, from 0.' }),
    catalogItem: t.field({
      type: CatalogItem,
      description: 'The catalogue item that should stand here.',
      resolve: ({ itemId }) => itemId,
    }),
    facings: t.exposeInt('facings', { description: 'Number of facings beside each other.' }),
    stack: t.exposeInt('stack', { description: 'Number of products on top of each other in every facing.' }),
    orientation: t.field({
      type: Orientation,
      description: 'The side that faces the customer.',
      resolve: ({ orientation }) => orientation,
    }),
    width: t.exposeFloat('width', {
      nullable: true,
      description:
        'Width of one facing in metres: as given, otherwise that of the catalogue item when the version was made. Null if neither was known.',
    }),
  }),
});

const PlanogramShelf = builder.objectRef<PlannedShelf & { index: number }>('PlanogramShelf').implement({
  description: 'A planned shelf.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Number of the shelf from the top, from 0.' }),
    height: t.exposeFloat('height', {
      nullable: true,
      description: 'Height in metres, from this shelf to the one above. Null if unknown.',
    }),
    width: t.exposeFloat('width', { nullable: true, description: 'Width in metres. Null if unknown.' }),
    positions: t.field({
      type: [PlanogramPosition],
      description: 'The positions from left to right.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ positions }) => positions.map((position, index) => ({ ...position, index })),
    }),
  }),
});

const PlanogramVersion = builder.objectRef<PlanogramVersionRow>('PlanogramVersion').implement({
  description: 'What a planogram says from some time on. A version never changes.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Number of the version, from 1.' }),
    validFrom: t.field({
      type: 'DateTime',
      nullable: true,
      description:
        'Images taken from this time on are judged by this version, until a version that is valid from a later time. Null: all images that no other version is valid for.',
      resolve: (row) => row.valid_from,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the version was made.',
      resolve: (row) => row.created_at,
    }),
    shelves: t.field({
      type: [PlanogramShelf],
      description: 'The shelves from top to bottom.',
      complexity: { field: 1, multiplier: 4 },
      resolve: ({ fixture }) => fixture.shelves.map((shelf, index) => ({ ...shelf, index })),
    }),
  }),
});

/** A planogram: resolvers return a row, or an id (UUID) that is loaded together with the others of the request. Includes deleted ones. */
export const Planogram = builder.loadableNodeRef(
  'Planogram',
  rowsById((ids, context) => findPlanograms(context.app.db, organizationOf(context), ids, narrowingOf(context))),
);

/** Of a page of planograms, at one time. */
const versionLoader = loaderBy(
  (version: PlanogramVersionRow) => version.planogram_id,
  (ids, context) => findVersionsAt(context.app.db, organizationOf(context), ids, null),
);

const PlanogramVersionConnection = connectionType<PlanogramVersionRow>('PlanogramVersion', PlanogramVersion);

Planogram.implement({
  description:
    'What should stand on shelves. Analyses of its task, at its place, or of both are judged by it when they succeed; see Analysis.compliance.',
  isTypeOf: undefined,
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name, 1 to 255 characters.' }),
    task: t.field({
      type: Task,
      nullable: true,
      description: 'The task whose analyses are judged. Null: those of every task at the place.',
      resolve: (row) => row.task_id,
    }),
    placeId: t.exposeString('place_id', {
      nullable: true,
      description:
        'The place whose analyses are judged. Null: those of the task at every place without a planogram of its own.',
    }),
    currentVersion: t.field({
      type: PlanogramVersion,
      nullable: true,
      description:
        'The version by which an image taken now is judged. Null if every version is valid from a later time.',
      resolve: ({ id }, _args, context) => versionLoader(context).load(id),
    }),
    versions: t.field({
      type: PlanogramVersionConnection,
      description: 'All versions, the latest first.',
      args: pageArgs(t.arg),
      complexity: pageComplexity,
      resolve: ({ id }, page, context) => {
        const organizationId = organizationOf(context);
        return connect(
          page,
          numberKey<PlanogramVersionRow>('planogramVersions', (row) => row.version),
          {
            load: (keyset) => listVersions(context.app.db, organizationId, id, keyset),
            count: () => countVersions(context.app.db, organizationId, id),
          },
        );
      },
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the planogram was deleted. Null if it has not been.',
      resolve: (row) => row.deleted_at,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When the planogram was created.',
      resolve: (row) => row.created_at,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      description: 'When the planogram last changed.',
      resolve: (row) => row.updated_at,
    }),
  }),
});

registerNode('Planogram', (context, id) => Planogram.getDataloader(context).load(id));

export const PlanogramConnection = connectionType<PlanogramRow>('Planogram', Planogram);
