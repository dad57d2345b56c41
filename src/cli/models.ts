import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { applyKeptChoices } from '../../workers/engines/pool/choose-variants.ts';
import { countCpus, planEngines } from '../../workers/engines/pool/cpu-quota.ts';
import { forkProgram } from '../../workers/engines/pool/fork-engine.ts';
import { variantsDirOf } from '../../workers/engines/pool/kept-choices.ts';
import type { ModelReport, VerifyAnswer, VerifyRequest } from '../../workers/engines/protocol/verify-messages.ts';
import { loadConfig } from '../config.ts';
import { listModels } from '../models/list-models.ts';
import type { LoadedModel } from '../models/load-model.ts';
import { type LoadedPipeline, loadPipelines } from '../models/load-pipelines.ts';
import { ModelError } from '../models/model-error.ts';
import { describeEvaluate } from './evaluate/evaluate-command.ts';
import { formatTable } from './table.ts';

/** `sightline models`: the installed models, and whether they work on this machine. */
export function modelsCommand(): Command {
  return new Command('models')
    .description('The recognition models and pipelines of this server.')
    .addCommand(listCommand())
    .addCommand(verifyCommand())
    .addCommand(describeEvaluate(withModelsDir(new Command('evaluate')), modelsDirOf));
}

function listCommand(): Command {
  return withModelsDir(new Command('list'))
    .description('List models, their variants and the pipelines that use them.')
    .action(async (options: { modelsDir?: string }) => {
      const modelsDir = modelsDirOf(options);
      const [models, pipelines] = [await listModels(modelsDir), await loadAsHere(modelsDir)];
      const rows = models.map((model) => [
        model.key,
        model.manifest.kind,
        model.variant,
        `${(statSync(model.file).size / 1e6).toFixed(1)} MB`,
        model.manifest.licence,
        pipelines
          .filter((each) => each.models.some(({ sha256 }) => sha256 === model.sha256))
          .map(({ key }) => key)
          .join(', '),
      ]);
      console.log(formatTable(['model', 'kind', 'variant', 'size', 'licence', 'used by'], rows));
    });
}

function verifyCommand(): Command {
  return withModelsDir(new Command('verify'))
    .description(
      'Load and run each model in a separate process, and print its checksum, shapes, time per run and what it finds.',
    )
    .argument('[name]', 'a model, as name or name@version (default: all)')
    .option('--image <file>', 'picture to run the model on')
    .action(async (name: string | undefined, options: { modelsDir?: string; image?: string }) => {
      const modelsDir = modelsDirOf(options);
      // A pipeline that names a wrong model is an error that checking single models would not find.
      await loadPipelines(modelsDir);
      const models = selectModels(await listModels(modelsDir), name);
      const { maxImagePixels } = loadConfig(process.env);
      for (const model of models) {
        const image = options.image === undefined ? null : resolve(options.image);
        printReport(model, await verify({ model, threads: countCpus(), image, maxImagePixels }));
      }
      console.log(`\n${models.length} verified.`);
    });
}

/** With the variants that engines with these settings have chosen on this machine, if one has been started. */
async function loadAsHere(modelsDir: string): Promise<LoadedPipeline[]> {
  const { dataDir, engines, engineThreads, engineProvider: provider } = loadConfig(process.env);
  const { threads } = planEngines(countCpus(), engines, engineThreads);
  return applyKeptChoices(await loadPipelines(modelsDir), { folder: variantsDirOf(dataDir), threads, provider });
}

function withModelsDir(command: Command): Command {
  return command.option(
    '--models-dir <dir>',
    'folder of models and pipelines (default: MODELS_DIR, or the included ones)',
  );
}

function modelsDirOf(options: { modelsDir?: string }): string {
  return options.modelsDir === undefined ? loadConfig(process.env).modelsDir : resolve(options.modelsDir);
}

function selectModels(models: LoadedModel[], name: string | undefined): LoadedModel[] {
  const selected =
    name === undefined ? models : models.filter(({ key, manifest }) => key === name || manifest.name === name);
  if (selected.length > 0) return selected;
  throw new ModelError(
    `There is no model ${name}. Available: ${[...new Set(models.map(({ key }) => key))].join(', ')}.`,
  );
}

function verify(request: VerifyRequest): Promise<ModelReport> {
  const { key, variant } = request.model;
  const child = forkProgram('verify.ts', request.threads);
  let lastOutput = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastOutput += text;
  });
  return new Promise((resolve, reject) => {
    child.once('message', (answer: VerifyAnswer) => {
      if (answer.ok) resolve(answer.report);
      else reject(new ModelError(answer.message));
    });
    // After a response this has no effect, because the promise is settled.
    child.once('exit', (code, signal) => {
      const end = signal ?? `code ${code}`;
      reject(new ModelError(`The process that ran ${key} (${variant}) ended with ${end}. ${lastOutput.trim()}`));
    });
    child.send(request);
  });
}

function printReport(model: LoadedModel, report: ModelReport): void {
  console.log(
    `\n${model.key} ${model.variant} (${model.manifest.kind}): checksum right, loaded in ${report.loadMs.toFixed(0)} ms`,
  );
  for (const input of report.inputs) console.log(`  in   ${input}`);
  for (const output of report.outputs) console.log(`  out  ${output}`);
  for (const { batch, firstMs, medianMs } of report.buckets) {
    console.log(`  batch ${batch}: ${medianMs.toFixed(1)} ms a run (the first: ${firstMs.toFixed(1)} ms)`);
  }
  if (report.found !== null) console.log(`  found ${report.found}`);
}
