import type { GivenContent } from '../../src/planograms/content.ts';
import { maxProducts, maxProductsPerShelf, maxShelves, maxStack } from '../../src/planograms/fixture-rules.ts';
import { maxPlanFileBytes, planColumnHelp } from '../../src/planograms/read-plan-csv.ts';
import type { ItemName } from '../../src/planograms/resolve-fixture.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';
import { requestKeyHelp } from '../core/request-key.ts';
import { Orientation } from './planogram.ts';

const PlannedItemInput = builder.inputType('PlannedItemInput', {
  description: 'A catalogue item. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    catalogItemId: t.id({ description: 'The id of the item.' }),
    customId: t.string({ description: 'Your own id for the item.' }),
  }),
});

const PlanogramPositionInput = builder.inputType('PlanogramPositionInput', {
  description: 'Facings of one item beside each other.',
  fields: (t) => ({
    item: t.field({ type: PlannedItemInput, required: true, description: 'The item that should stand here.' }),
    facings: t.int({ required: true, defaultValue: 1, description: 'Number of facings beside each other, from 1.' }),
    stack: t.int({
      required: true,
      defaultValue: 1,
      description: `Number of products on top of each other in every facing, 1 to ${maxStack}.`,
    }),
    orientation: t.field({
      type: Orientation,
      required: true,
      defaultValue: 'FRONT',
      description: 'The side that faces the customer.',
    }),
    width: t.float({
      description: 'Width of one facing in metres, at most 100. Default: that of the item, if it has dimensions.',
    }),
  }),
});

const PlanogramShelfInput = builder.inputType('PlanogramShelfInput', {
  description: `A shelf, with at most ${maxProductsPerShelf} products.`,
  fields: (t) => ({
    height: t.float({
      description:
        'Height in metres, from this shelf to the one above, at most 100. With the heights of all shelves, it is better known which of them an image shows.',
    }),
    width: t.float({ description: 'Width in metres, at most 100.' }),
    positions: t.field({
      type: [PlanogramPositionInput],
      required: true,
      description: 'The positions from left to right. Empty: the shelf is empty.',
    }),
  }),
});

const PlanogramContentInput = builder.inputType('PlanogramContentInput', {
  description: `What a planogram says: at most ${maxShelves} shelves and ${maxProducts.toLocaleString('en-US')} products. Set exactly one field.`,
  isOneOf: true,
  fields: (t) => ({
    shelves: t.field({ type: [PlanogramShelfInput], description: 'The shelves from top to bottom.' }),
    csv: t.field({
      type: 'Upload',
      description: `A CSV file (UTF-8; comma, semicolon or tab) with a header and a row for each position, at most ${maxPlanFileBytes.toLocaleString('en-US')} bytes. Columns: ${planColumnHelp}. \`shelf\` counts from the top, from 1. Each row names its item by customId or catalogItemId; the other columns may be absent or empty. Without \`position\`, the order of the rows counts. Lengths are in metres.`,
    }),
    analysisId: t.id({
      description:
        'An analysis that SUCCEEDED and whose image shows the shelves as they should be. Products without a catalogue item are left out.',
    }),
  }),
});

const taskHelp = 'The DETECTION task whose analyses are judged.';
const placeHelp = 'The place whose analyses are judged, at most 255 characters.';

export const CreatePlanogramInput = builder.inputType('CreatePlanogramInput', {
  description:
    'A planogram and what it is attached to: a task, a place, or a task at a place. For an analysis, the planogram of its task at its place counts; if there is none, that of its place; if there is none, that of its task.',
  fields: (t) => ({
    idempotencyKey: t.string({ description: requestKeyHelp }),
    name: t.string({ required: true, description: 'The name, 1 to 255 characters.' }),
    taskId: t.id({ description: `${taskHelp} Default: every task.` }),
    placeId: t.string({ description: `${placeHelp} Default: every place.` }),
    content: t.field({ type: PlanogramContentInput, required: true, description: 'What should stand where.' }),
    validFrom: t.field({
      type: 'DateTime',
      description:
        'The planogram counts for images taken from this time on: their recordedAt, or the time of submission if they have none. Default: for all images.',
    }),
  }),
});

export const UpdatePlanogramInput = builder.inputType('UpdatePlanogramInput', {
  description:
    'Changes to a planogram. A field that is omitted stays unchanged; a field that is null is cleared, if it can be.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The planogram to change.' }),
    name: t.string({ description: 'The name, 1 to 255 characters. It cannot be cleared.' }),
    taskId: t.id({ description: `${taskHelp} Null: every task at the place.` }),
    placeId: t.string({ description: `${placeHelp} Null: every place of the task.` }),
    content: t.field({ type: PlanogramContentInput, description: 'What should stand where; makes a new version.' }),
    validFrom: t.field({
      type: 'DateTime',
      description: 'The new version counts for images taken from this time on. Default: from now on.',
    }),
  }),
});

/** Converts the input for the service. */
export function toContent(input: typeof PlanogramContentInput.$inferInput): GivenContent {
  if (input.csv) return { csv: input.csv };
  if (input.analysisId) return { analysisId: givenId('analysis', input.analysisId) };
  return {
    shelves: input.shelves!.map(({ height, width, positions }) => ({
      height: height ?? null,
      width: width ?? null,
      positions: positions.map(({ item, width: facingWidth, ...position }) => ({
        ...position,
        item: toItemName(item),
        width: facingWidth ?? null,
      })),
    })),
  };
}

function toItemName({ catalogItemId, customId }: typeof PlannedItemInput.$inferInput): ItemName {
  return catalogItemId == null ? { customId: customId! } : { id: givenId('catalogItem', catalogItemId) };
}
