import type { FoundLabel } from '../../src/recognition/labels.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';
import { Detection } from './detection.ts';
import { loadResult } from './results.ts';

const Label = builder.objectRef<FoundLabel>('Label').implement({
  description: 'What an image, or a part of it, shows.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that the model gives to the label.' }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'The group that a FILTER task accepts by (acceptGroups). Null if the label is in no group.',
    }),
    confidence: t.exposeFloat('confidence', {
      description:
        'Probability that the label is correct, 0 to 1. The probabilities of all labels of an image add up to 1.',
    }),
  }),
});

builder.objectField(Analysis, 'labels', (t) =>
  t.field({
    type: [Label],
    description:
      'What the image as a whole shows, most probable first, at most topCandidates. A CLASSIFICATION task lists the labels that reach the threshold. A FILTER task also lists those below it. Empty for DETECTION, and unless the analysis SUCCEEDED.',
    complexity: { field: 1, multiplier: 5 },
    resolve: async (row, _args, context) => (await loadResult(context, row))?.labels ?? [],
  }),
);

builder.objectField(Analysis, 'accepted', (t) =>
  t.boolean({
    nullable: true,
    description:
      'FILTER tasks only: true if any label of an accepted group reaches the threshold, whether or not it is listed. The groups are those that the task accepted when the analysis was submitted. Null for other tasks, and unless the analysis SUCCEEDED.',
    resolve: async (row, _args, context) => (await loadResult(context, row))?.accepted ?? null,
  }),
);

builder.objectField(Detection, 'label', (t) =>
  t.field({
    type: Label,
    nullable: true,
    description:
      "The detector's class for the product. It has no group, and its confidence is the objectness. Null if the detector has no classes.",
    resolve: ({ detection: { label, objectness } }) =>
      label === null ? null : { name: label, group: null, confidence: objectness },
  }),
);
