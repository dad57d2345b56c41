import { builder } from '../core/builder.ts';
import { TaskType } from '../models/pipeline.ts';

const pipelineHelp = 'Name, or name@version to stay on one version, as Query.pipelines lists them.';

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'What to look for, and how.',
  fields: (t) => ({
    name: t.string({ required: true, description: '1 to 255 characters.' }),
    description: t.string({ required: true, defaultValue: '', description: 'At most 5000 characters.' }),
    type: t.field({
      type: TaskType,
      required: true,
      defaultValue: 'DETECTION',
      description: 'ValidationError when no pipeline of the server runs such tasks; see Query.pipelines.',
    }),
    catalogItemIds: t.idList({
      description:
        'DETECTION: what to look for; null or left out: every active item of the catalogue, now and later. Not for other types.',
    }),
    computeRealogram: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether its analyses have a realogram.',
    }),
    computeShares: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether its analyses have shares.',
    }),
    threshold: t.float({ description: "Lowest confidence reported, 0..1; left out: the pipeline's." }),
    topCandidates: t.int({
      required: true,
      defaultValue: 1,
      description: 'How many alternatives each detection, or labels the image, lists, 0..20.',
    }),
    acceptGroups: t.stringList({
      description:
        'FILTER: groups of labels that accept an image, at least one; labels of the pipeline must have them (those of `classify`: animal, food, household, other, person, vehicle). Not for other types.',
    }),
    pipeline: t.string({
      description: `${pipelineHelp} Left out: \`shelf\` for DETECTION, \`classify\` for CLASSIFICATION and FILTER, where they are not here the first of them that runs the type.`,
    }),
  }),
});

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'What changes of a task: what is left out stays, what is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'Of the task.' }),
    name: t.string({ description: '1 to 255 characters; cannot be cleared.' }),
    description: t.string({ description: 'At most 5000 characters.' }),
    addCatalogItemIds: t.idList({ description: 'Items to look for, too. Not for a task that looks for everything.' }),
    removeCatalogItemIds: t.idList({ description: 'Items of its list to look for no more.' }),
    computeRealogram: t.boolean({ description: 'Of analyses submitted from now on; null: false.' }),
    computeShares: t.boolean({ description: 'Of analyses submitted from now on; null: false.' }),
    threshold: t.float({ description: "0..1; null: the pipeline's." }),
    topCandidates: t.int({ description: '0..20; null: 1.' }),
    acceptGroups: t.stringList({
      description: 'FILTER, of analyses submitted from now on: at least one. Not for other types.',
    }),
    pipeline: t.string({ description: `${pipelineHelp} null: as when a task is made without.` }),
  }),
});
