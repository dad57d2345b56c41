import type { FoundLabel } from '../../src/recognition/labels.ts';
import { builder } from '../core/builder.ts';
import { Analysis, loadResult } from './analysis.ts';
import { Detection } from './detection.ts';

const Label = builder.objectRef<FoundLabel>('Label').implement({
  description: 'What an image, or a part of it, is.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'As the model calls it.' }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'What FILTER tasks accept by (acceptGroups); null: the label is of no group.',
    }),
    confidence: t.exposeFloat('confidence', {
      description: "0..1 that it is right. Of an image, those of all of the model's labels sum to 1.",
    }),
  }),
});

builder.objectField(Analysis, 'labels', (t) =>
  t.field({
    type: [Label],
    description:
      'What the image as a whole is, likeliest first, at most topCandidates; of CLASSIFICATION those from threshold on, of FILTER also those below. Empty for DETECTION, and until it has SUCCEEDED.',
    complexity: { field: 1, multiplier: 5 },
    resolve: async (row, _args, context) => (await loadResult(context, row))?.labels ?? [],
  }),
);

builder.objectField(Analysis, 'accepted', (t) =>
  t.boolean({
    nullable: true,
    description:
      'Of FILTER: whether any label, listed or not, of a group that the task accepted when it was submitted has a confidence of threshold or more. null for other tasks, and until it has SUCCEEDED.',
    resolve: async (row, _args, context) => (await loadResult(context, row))?.accepted ?? null,
  }),
);

builder.objectField(Detection, 'label', (t) =>
  t.field({
    type: Label,
    nullable: true,
    description: "The detector's class, of no group, with objectness for its confidence; null when it has no classes.",
    resolve: ({ detection: { label, objectness } }) =>
      label === null ? null : { name: label, group: null, confidence: objectness },
  }),
);
