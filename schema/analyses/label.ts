import type { FoundLabel } from '../../src/recognition/labels.ts';
import { builder } from '../core/builder.ts';
import { Analysis } from './analysis.ts';
import { Detection } from './detection.ts';
import { loadResult } from './results.ts';

export const Label = builder.objectRef<FoundLabel>('Label').implement({
  description: 'What an image, or a part of it, shows.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name that the model gives to the label.' }),
    group: t.exposeString('group', {
      nullable: true,
      description: 'The group that a FILTER task accepts by (acceptGroups). Null if the label is in no group.',
    }),
    confidence: t.exposeFloat('confidence', {
      description:
        'Probability that the label is correct, 0 to 1. The probabilities that a classifier gives to all its labels add up to 1; what the label was found as a detection of can be more certain.',
    }),
  }),
});

builder.objectField(Analysis, 'labels', (t) =>
  t.field({
    type: [Label],
    description:
      'What the image as a whole shows, most probable first. A CLASSIFICATION task lists the labels that reach the threshold, at most topCandidates. A FILTER task also lists those below it. A DETECTION task whose pipeline finds people, animals and vehicles lists the labels of its detections, each once, and those of the whole image that reach the threshold; empty with a pipeline that finds products, and unless the analysis SUCCEEDED.',
    complexity: { field: 1, multiplier: 5 },
    resolve: async (row, _args, context) => (await loadResult(context, row))?.labels ?? [],
  }),
);

builder.objectField(Analysis, 'accepted', (t) =>
  t.boolean({
    nullable: true,
    description:
      'FILTER tasks only: true if the labels of an accepted group together reach the threshold, whether or not they are listed, or if a detection of the group does. The groups are those that the task accepted when the analysis was submitted. Null for other tasks, and unless the analysis SUCCEEDED.',
    resolve: async (row, _args, context) => (await loadResult(context, row))?.accepted ?? null,
  }),
);

builder.objectField(Detection, 'label', (t) =>
  t.field({
    type: Label,
    nullable: true,
    description:
      "What it is: the detector's class, with the objectness as confidence, or the name that the classifier gives to this part of the image, for example a species. Null if the detector has no classes.",
    resolve: ({ detection: { label, group = null, labelConfidence, objectness } }) =>
      label === null ? null : { name: label, group, confidence: labelConfidence ?? objectness },
  }),
);
