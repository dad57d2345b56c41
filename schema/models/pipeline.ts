import type { Context } from '../../src/context.ts';
import type { LoadedPipeline, PipelineModel } from '../../src/models/load-pipelines.ts';
import { modelKinds } from '../../src/models/manifest.ts';
import { readsText, resolvePipeline } from '../../src/models/resolve-pipeline.ts';
import { readyFile } from '../../src/system/engines.ts';
import { builder } from '../core/builder.ts';

export const TaskType = builder.enumType('TaskType', {
  description: 'What a task does with an image.',
  values: {
    DETECTION: {
      description:
        "Finds products and matches them with the task's catalogue items; or, with a pipeline that finds them, people, animals and vehicles.",
    },
    CLASSIFICATION: { description: 'Labels the image as a whole.' },
    FILTER: { description: 'Accepts or rejects the image by groups of labels.' },
  } as const,
});

/** The part of a pipeline that clients see. */
export type PipelineShape = Pick<LoadedPipeline, 'name' | 'version' | 'taskTypes' | 'models'> & { readsText: boolean };

/** The sha256 of each variant that may run, the default one first. */
function filesOf({ sha256, alternatives }: PipelineModel): string[] {
  return [sha256, ...alternatives];
}

const Model = builder.objectRef<PipelineModel>('Model').implement({
  description: 'A model that a pipeline runs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name: that of its folder in the models directory.' }),
    version: t.exposeString('version', {
      description: 'The version. Models of different versions are different models.',
    }),
    kind: t.exposeString('kind', { description: `What the model does: ${modelKinds.join(', ')}.` }),
    sha256: t.string({
      description:
        'SHA-256 of the model file, in lower-case hex. If the model has several variants, it is that of the variant that engines run, or of the default one while no engine has it loaded.',
      resolve: async (model, _args, { app }) => readyFile(await app.system.engines(), filesOf(model)) ?? model.sha256,
    }),
    ready: t.boolean({
      description:
        'Whether an engine is ready to run the model. Until one is, analyses wait. Models that read text are loaded with the first analysis that requests it.',
      resolve: async (model, _args, { app }) => readyFile(await app.system.engines(), filesOf(model)) !== null,
    }),
    licence: t.exposeString('licence', { description: 'The licence of the model.' }),
  }),
});

export const Pipeline = builder.objectRef<PipelineShape>('Pipeline').implement({
  description: 'A sequence of models that process an image.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name by which a task selects it.' }),
    version: t.exposeString('version', {
      description: 'The version. A task stays on it if its pipeline is given as name@version.',
    }),
    models: t.field({
      type: [Model],
      description:
        'The models, in the order in which they run. Empty if this version is no longer installed on the server.',
      resolve: (pipeline) => pipeline.models,
    }),
    readsText: t.boolean({
      description: 'Whether its analyses can read text, if the task or their options request it (readText).',
      resolve: (pipeline) => pipeline.readsText,
    }),
    taskTypes: t.field({
      type: [TaskType],
      description: 'The types of task that can use the pipeline.',
      resolve: (pipeline) => pipeline.taskTypes,
    }),
  }),
});

/**
 * The pipeline with this name or name@version. One that is no longer installed consists of what the text says, so that old
 * analyses stay readable.
 */
export function fixedPipeline({ app }: Context, text: string): PipelineShape {
  const pipeline = resolvePipeline(app.pipelines, text);
  if (pipeline) return toShape(pipeline);
  const [name, version] = text.split('@');
  return { name: name ?? text, version: version ?? '', models: [], taskTypes: [], readsText: false };
}

function toShape(pipeline: LoadedPipeline): PipelineShape {
  const { name, version, taskTypes, models } = pipeline;
  return { name, version, taskTypes, models, readsText: readsText(pipeline) };
}

builder.queryField('pipelines', (t) =>
  t.field({
    type: [Pipeline],
    description: 'The pipelines installed on this server.',
    resolve: (_root, _args, { app }) => app.pipelines.map(toShape),
  }),
);
