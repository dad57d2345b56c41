import type { Context } from '../../src/context.ts';
import type { LoadedPipeline, PipelineModel } from '../../src/models/load-pipelines.ts';
import { resolvePipeline } from '../../src/models/resolve-pipeline.ts';
import { readyFile } from '../../src/system/engines.ts';
import { builder } from '../core/builder.ts';

export const TaskType = builder.enumType('TaskType', {
  description: 'What a task does with an image.',
  values: {
    DETECTION: { description: "Find products and match them to the task's catalogue items." },
    CLASSIFICATION: { description: 'Label the whole image.' },
    FILTER: { description: 'Keep or reject an image by what is on it.' },
  } as const,
});

/** What a client may know of a pipeline. */
export type PipelineShape = Pick<LoadedPipeline, 'name' | 'version' | 'taskTypes' | 'models'>;

/** The sha256 of each variant that may run, the default one first. */
function filesOf({ sha256, alternatives }: PipelineModel): string[] {
  return [sha256, ...alternatives];
}

const Model = builder.objectRef<PipelineModel>('Model').implement({
  description: 'A model that a pipeline runs.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its folder below the models.' }),
    version: t.exposeString('version', { description: 'Another version is another model.' }),
    kind: t.exposeString('kind', { description: 'What it does: detector, embedder, classifier.' }),
    sha256: t.string({
      description:
        'Of the model file, lower-case hex: of the variant that engines run, or that which is the default while none runs.',
      resolve: async (model, _args, { app }) => readyFile(await app.system.engines(), filesOf(model)) ?? model.sha256,
    }),
    ready: t.boolean({
      description: 'Whether an engine has it loaded and warm at the moment. Without one, what is submitted waits.',
      resolve: async (model, _args, { app }) => readyFile(await app.system.engines(), filesOf(model)) !== null,
    }),
    licence: t.exposeString('licence', { description: 'Under which it may be used.' }),
  }),
});

export const Pipeline = builder.objectRef<PipelineShape>('Pipeline').implement({
  description: 'The steps that an image goes through, with their models.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What a task names it by.' }),
    version: t.exposeString('version', { description: 'A task stays on it when it says name@version.' }),
    models: t.field({
      type: [Model],
      description: 'In the order in which they run; empty when this version is no longer on the server.',
      resolve: (pipeline) => pipeline.models,
    }),
    taskTypes: t.field({
      type: [TaskType],
      description: 'Tasks that can name it.',
      resolve: (pipeline) => pipeline.taskTypes,
    }),
  }),
});

/**
 * The pipeline that a text (name or name@version) means. One that is no longer on the server is told by what the text says:
 * what ran long ago stays readable.
 */
export function fixedPipeline({ app }: Context, text: string): PipelineShape {
  const [name, version] = text.split('@');
  return (
    resolvePipeline(app.pipelines, text) ?? { name: name ?? text, version: version ?? '', models: [], taskTypes: [] }
  );
}

builder.queryField('pipelines', (t) =>
  t.field({
    type: [Pipeline],
    description: 'What tasks can run on this server.',
    resolve: (_root, _args, { app }) => [...app.pipelines],
  }),
);
