import {
  type CorrectionOutcome,
  correctDetections,
  type GivenCorrection,
  maxCorrections,
} from '../../src/corrections/correct.service.ts';
import type { GivenTarget } from '../../src/corrections/targets.ts';
import type { GivenVerdict } from '../../src/corrections/verdicts.ts';
import { ConflictError, IdempotencyConflictError, NotFoundError, ValidationError } from '../../src/user-error.ts';
import { BoxUnit } from '../analyses/box.ts';
import { itemFields } from '../catalog/mutations.ts';
import { builder } from '../core/builder.ts';
import { actorOf, mayDo, narrowingOf, organizationOf } from '../core/caller.ts';
import { resultUnion } from '../core/errors.ts';
import { givenId } from '../core/given-id.ts';
import { requestKey, requestKeyHelp } from '../core/request-key.ts';
import { outcomesPayload } from '../core/several.ts';
import { Correction } from './correction.ts';

const BoxInput = builder.inputType('BoxInput', {
  description: 'A rectangle in an image. The part of it that lies outside the image is ignored.',
  fields: (t) => ({
    x: t.float({ required: true, description: 'Left edge, measured from the left edge of the image.' }),
    y: t.float({ required: true, description: 'Top edge, measured from the top edge of the image.' }),
    width: t.float({ required: true, description: 'Width; greater than 0.' }),
    height: t.float({ required: true, description: 'Height; greater than 0.' }),
    unit: t.field({
      type: BoxUnit,
      required: true,
      defaultValue: 'PIXEL',
      description: 'Unit of the coordinates.',
    }),
  }),
});

const NewBoxInput = builder.inputType('NewBoxInput', {
  description: 'A product that was missed.',
  fields: (t) => ({
    analysisId: t.id({ required: true, description: 'The analysis that missed it.' }),
    box: t.field({
      type: BoxInput,
      required: true,
      description:
        'Where the product is. A box that overlaps that of a detection by at least half (intersection over union) is about that detection.',
    }),
  }),
});

const ChangedBoxInput = builder.inputType('ChangedBoxInput', {
  description: 'A product whose box is wrong.',
  fields: (t) => ({
    detectionId: t.id({
      required: true,
      description: 'The detection: Detection.id, on either basis. The id of a correction works, too.',
    }),
    box: t.field({
      type: BoxInput,
      required: true,
      description: 'Where the product is. Only the basis CORRECTED shows it there.',
    }),
  }),
});

const CorrectionTarget = builder.inputType('CorrectionTarget', {
  description: 'What a correction is about. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    detectionId: t.id({
      description:
        'A detection: Detection.id, on either basis. The id of a correction works, too, and keeps the box that the correction changed.',
    }),
    changedBox: t.field({ type: ChangedBoxInput, description: 'A detection, and where its product really is.' }),
    newBox: t.field({ type: NewBoxInput, description: 'A product that was missed.' }),
  }),
});

const NewCatalogItemInput = builder.inputType('NewCatalogItemInput', {
  description: 'A product that is not in the catalogue yet.',
  fields: (t) => itemFields(t),
});

const CorrectionVerdictInput = builder.inputType('CorrectionVerdictInput', {
  description: 'What a correction says. Set exactly one field.',
  isOneOf: true,
  fields: (t) => ({
    catalogItemId: t.id({
      description: 'It shows this catalogue item. If that is what was found, the detection is confirmed.',
    }),
    newItem: t.field({
      type: NewCatalogItemInput,
      description:
        'It shows a new catalogue item, which is created with what the box shows as its thumbnail. If an item that is not archived has this customId, it is that item instead, unchanged. Session tokens that are limited to tasks or places cannot create items.',
    }),
    unknown: t.boolean({ description: 'True: it shows a product that is none of the catalogue items.' }),
    notAProduct: t.boolean({ description: 'True: it shows no product.' }),
  }),
});

const CorrectionInput = builder.inputType('CorrectionInput', {
  description: 'What a person says about one product.',
  fields: (t) => ({
    target: t.field({ type: CorrectionTarget, required: true, description: 'What it is about.' }),
    verdict: t.field({ type: CorrectionVerdictInput, required: true, description: 'What it says.' }),
  }),
});

const CorrectDetectionsInput = builder.inputType('CorrectDetectionsInput', {
  description: 'Corrections to store.',
  fields: (t) => ({
    corrections: t.field({
      type: [CorrectionInput],
      required: true,
      description: `The corrections, 1 to ${maxCorrections}, also of several analyses.`,
    }),
    idempotencyKey: t.string({ description: requestKeyHelp }),
  }),
});

const CorrectDetectionResult = resultUnion('CorrectDetectionResult', {
  description:
    'The correction, or the reason why it was not stored. ConflictError: the analysis has no products to correct, or a later entry of the request is about the same product.',
  success: Correction,
  errors: [ValidationError, NotFoundError, ConflictError],
});

const CorrectDetectionsPayload = outcomesPayload<CorrectionOutcome>('CorrectDetectionsPayload', {
  each: 'correction',
  per: 'correction, in the order of the request',
  type: CorrectDetectionResult,
});

const CorrectDetectionsResult = resultUnion('CorrectDetectionsResult', {
  description: 'The outcome for each correction, or the reason why nothing was stored.',
  success: CorrectDetectionsPayload,
  errors: [ValidationError, IdempotencyConflictError],
});

builder.mutationField('correctDetections', (t) =>
  t.field({
    type: CorrectDetectionsResult,
    permits: ['NARROWED'],
    description:
      'Says what detections really show and where, and adds products that were missed, each independently of the others. The results stay as they were found; the basis CORRECTED shows them with their corrections. A correction replaces the earlier one of the same product. It is APPLIED if the caller has the scope TEACH, otherwise PROPOSED.',
    args: { input: t.arg({ type: CorrectDetectionsInput, required: true, description: 'The corrections.' }) },
    resolve: async (_root, { input }, context) => ({
      results: await correctDetections(context.app, organizationOf(context), input.corrections.map(toGiven), {
        requestKey: requestKey(context, 'correctDetections', input.idempotencyKey),
        actor: actorOf(context),
        narrowing: narrowingOf(context),
        teaches: mayDo(context, 'TEACH'),
      }),
    }),
  }),
);

function toGiven({ target, verdict }: typeof CorrectionInput.$inferInput): GivenCorrection {
  return { target: toTarget(target), verdict: toVerdict(verdict) };
}

function toTarget({ detectionId, changedBox, newBox }: typeof CorrectionTarget.$inferInput): GivenTarget {
  if (detectionId != null) return { detectionId };
  if (changedBox != null) return { changedBox };
  return { newBox: { analysisId: givenId('analysis', newBox!.analysisId), box: newBox!.box } };
}

function toVerdict({
  catalogItemId,
  newItem,
  unknown,
  notAProduct,
}: typeof CorrectionVerdictInput.$inferInput): GivenVerdict {
  if (catalogItemId != null) return { catalogItemId: givenId('catalogItem', catalogItemId) };
  if (newItem != null) return { newItem };
  if (unknown != null) return unknown ? 'UNKNOWN' : { isFalse: 'unknown' };
  return notAProduct ? 'NOT_A_PRODUCT' : { isFalse: 'notAProduct' };
}
