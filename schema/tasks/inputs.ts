import { builder } from '../core/builder.ts';
import { requestKeyHelp } from '../core/request-key.ts';
import { TaskType } from '../models/pipeline.ts';
import { AlertRulesInput } from './alert-rules.ts';
import { TaskPrivacyInput } from './privacy.ts';

const pipelineHelp = 'Name of a pipeline, or name@version to stay on one version; see Query.pipelines.';

const currencyHelp =
  'ISO 4217 code of the currency of prices (Analysis.priceTags) that name none, or have a sign that several currencies share, for example EUR.';

const readCodesHelp =
  'whether barcodes and matrix codes are read (Analysis.codes). A product whose own code is the barcode of an item is named by it.';

export const CreateTaskInput = builder.inputType('CreateTaskInput', {
  description: 'What to look for and how.',
  fields: (t) => ({
    idempotencyKey: t.string({ description: requestKeyHelp }),
    name: t.string({ required: true, description: 'The name, 1 to 255 characters.' }),
    description: t.string({
      required: true,
      defaultValue: '',
      description: 'Description for people, at most 5000 characters.',
    }),
    type: t.field({
      type: TaskType,
      required: true,
      defaultValue: 'DETECTION',
      description:
        'What the task does with an image. ValidationError if no pipeline of the server can run this type; see Query.pipelines.',
    }),
    catalogItemIds: t.idList({
      description:
        'DETECTION tasks only: the items to look for. Default: every active item of the catalogue, including future ones.',
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
    readText: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether its analyses read the text in the image, which takes some seconds more; see Analysis.texts. ValidationError if the type or the pipeline cannot read text; see Pipeline.readsText.',
    }),
    readCodes: t.boolean({
      required: true,
      defaultValue: false,
      description: `DETECTION tasks only: ${readCodesHelp}`,
    }),
    findGaps: t.boolean({
      required: true,
      defaultValue: false,
      description: 'Whether its analyses look for empty stretches of shelves; see Analysis.gaps.',
    }),
    alertRules: t.field({
      type: AlertRulesInput,
      description: 'When its analyses raise shelf alerts. Default: never.',
    }),
    currency: t.string({ description: `${currencyHelp} Default: none.` }),
    learning: t.boolean({
      required: true,
      defaultValue: false,
      description:
        'Whether corrections of its analyses teach: their crops become pictures of items (see CatalogItem.pictures), and counter-examples.',
    }),
    privacy: t.field({
      type: TaskPrivacyInput,
      description: 'What happens to people in its images. Default: nothing.',
    }),
    threshold: t.float({ description: 'Lowest confidence to report, 0 to 1. Default: that of the pipeline.' }),
    topCandidates: t.int({
      required: true,
      defaultValue: 1,
      description:
        'How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20.',
    }),
    acceptGroups: t.stringList({
      description:
        'FILTER tasks only: the groups of labels that accept an image, at least one. The pipeline must have labels in these groups; those of `classify` are animal, food, household, other, person and vehicle.',
    }),
    pipeline: t.string({
      description: `${pipelineHelp} Default: \`shelf\` for DETECTION, \`classify\` for CLASSIFICATION and FILTER; if that is not installed, the first pipeline that can run the type.`,
    }),
  }),
});

export const UpdateTaskInput = builder.inputType('UpdateTaskInput', {
  description: 'Changes to a task. A field that is omitted stays unchanged; a field that is null is cleared.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The task to change.' }),
    name: t.string({ description: 'The name, 1 to 255 characters. It cannot be cleared.' }),
    description: t.string({ description: 'Description for people, at most 5000 characters.' }),
    addCatalogItemIds: t.idList({
      description: "Items to add to the task's list. Not for a task that looks for all items.",
    }),
    removeCatalogItemIds: t.idList({ description: "Items to remove from the task's list." }),
    computeRealogram: t.boolean({ description: 'Whether future analyses have a realogram. Null means false.' }),
    computeShares: t.boolean({ description: 'Whether future analyses have shares. Null means false.' }),
    readText: t.boolean({ description: 'Whether future analyses read the text in the image. Null means false.' }),
    readCodes: t.boolean({
      description: `DETECTION tasks only, in future analyses: ${readCodesHelp} Null means false.`,
    }),
    findGaps: t.boolean({
      description: 'Whether future analyses look for empty stretches of shelves. Null means false.',
    }),
    alertRules: t.field({
      type: AlertRulesInput,
      description: 'When future analyses raise shelf alerts; replaces all rules. Null means never.',
    }),
    currency: t.string({ description: `${currencyHelp} Null means none.` }),
    learning: t.boolean({
      description: 'Whether corrections of its analyses that are made from now on teach. Null means false.',
    }),
    privacy: t.field({
      type: TaskPrivacyInput,
      description:
        'What happens to people in the images of future analyses; replaces all of it. Null means nothing. What is hidden in an image stays hidden.',
    }),
    threshold: t.float({ description: 'Lowest confidence to report, 0 to 1. Null means that of the pipeline.' }),
    topCandidates: t.int({
      description:
        'How many candidates to list for each detection (DETECTION), or how many labels for each image (CLASSIFICATION, FILTER), 0 to 20. Null means 1.',
    }),
    acceptGroups: t.stringList({
      description: 'FILTER tasks only: the groups of labels that accept an image in future analyses, at least one.',
    }),
    pipeline: t.string({ description: `${pipelineHelp} Null means the default of createTask.` }),
  }),
});
