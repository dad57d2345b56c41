import type { Logger } from 'pino';
import type { ExecutionProvider } from '../../../src/models/execution-provider.ts';
import type { LoadedPipeline } from '../../../src/models/load-pipelines.ts';
import { listOpenModels, type OpenModel, pickVariants, variantsOf } from '../../../src/models/pick-variants.ts';
import type { ProbeAnswer, ProbeRequest, VariantTimes } from '../protocol/probe-messages.ts';
import { forkProgram } from './fork-engine.ts';
import { keepChoice, type Machine, readChoice, thisMachine } from './kept-choices.ts';

export interface ChoiceOptions {
  /** The directory of stored choices. */
  folder: string;
  threads: number;
  provider: ExecutionProvider;
  logger: Logger;
  /** Ends the timing; models without a choice keep their default variant. */
  signal: AbortSignal;
}

/** Timing takes about a second; a probe that is silent for this long will never end. */
const probeTimeoutMs = 60_000;

/**
 * The pipelines with the fastest variants on this machine, unless they name one. The speed is measured, because no rule covers the
 * 8-bit speed of every processor and every model of users: int8 takes half the time of fp32 on the x64 that we measured, and may
 * take longer elsewhere. Each model is timed once per kind of machine, in a separate process, and the choice is stored. A model
 * that cannot be timed keeps the default of its manifest: the engine that loads it reports what is wrong.
 */
export async function chooseVariants(
  pipelines: readonly LoadedPipeline[],
  { folder, threads, provider, logger, signal }: ChoiceOptions,
): Promise<LoadedPipeline[]> {
  const machine = thisMachine(threads, provider);
  const { chosen, left } = await readChoices(pipelines, folder, machine);
  if (left.length === 0 || signal.aborted) return pickVariants(pipelines, chosen);
  const timed: Record<string, object> = {};
  const answers = await probe({ models: left, threads, provider }, signal);
  if (signal.aborted) return [...pipelines];
  for (const answer of answers) {
    const model = left.find(({ key }) => key === answer.key)!;
    if ('message' in answer) {
      logger.warn(
        { model: model.key, reason: answer.message },
        'A model could not be timed. It runs in its default variant.',
      );
      continue;
    }
    const { sha256, millisecondsByVariant } = judge(model, answer.times);
    chosen.set(model.key, sha256);
    timed[model.key] = millisecondsByVariant;
    // Times of the CPU say nothing about a GPU that may be ready at the next start.
    if (answer.provider !== provider) continue;
    await keepChoice(folder, model, machine, { sha256, millisecondsByVariant }).catch((error: unknown) =>
      logger.warn(
        { err: error },
        'The choice between variants of a model could not be stored. The next start times them again.',
      ),
    );
  }
  logger.info({ ...machine, milliseconds: timed }, 'Timed the variants of models. The faster ones are used.');
  return pickVariants(pipelines, chosen);
}

/** The same with stored choices only, without timing anything. */
export async function applyKeptChoices(
  pipelines: readonly LoadedPipeline[],
  { folder, threads, provider }: Pick<ChoiceOptions, 'folder' | 'threads' | 'provider'>,
): Promise<LoadedPipeline[]> {
  return pickVariants(pipelines, (await readChoices(pipelines, folder, thisMachine(threads, provider))).chosen);
}

async function readChoices(pipelines: readonly LoadedPipeline[], folder: string, machine: Machine) {
  const chosen = new Map<string, string>();
  const left: OpenModel[] = [];
  for (const model of listOpenModels(pipelines)) {
    const sha256 = await readChoice(folder, model, machine);
    if (sha256 === null) left.push(model);
    else chosen.set(model.key, sha256);
  }
  return { chosen, left };
}

function judge(model: OpenModel, times: VariantTimes) {
  const byTime = variantsOf(model).sort((a, b) => times[a.sha256]! - times[b.sha256]!);
  const rounded = byTime.map(({ variant, sha256 }) => [variant, Math.round(times[sha256]! * 10) / 10]);
  return { sha256: byTime[0]!.sha256, millisecondsByVariant: Object.fromEntries(rounded) as Record<string, number> };
}

/** A result for every model, even if the process fails. */
function probe(request: ProbeRequest, signal: AbortSignal): Promise<ProbeAnswer[]> {
  const child = forkProgram('probe.ts', request.threads);
  const answers: ProbeAnswer[] = [];
  let lastOutput = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastOutput = (lastOutput + text).slice(-2_000);
  });
  child.on('message', (answer: ProbeAnswer) => answers.push(answer));
  child.send(request, () => {});
  const kill = () => void child.kill('SIGKILL');
  const watchdog = setTimeout(kill, probeTimeoutMs);
  signal.addEventListener('abort', kill);
  if (signal.aborted) kill();
  return new Promise((resolve) => {
    const end = (reason: string) => {
      clearTimeout(watchdog);
      signal.removeEventListener('abort', kill);
      const unanswered = request.models.filter(({ key }) => !answers.some((answer) => answer.key === key));
      resolve([...answers, ...unanswered.map(({ key }) => ({ key, message: reason }))]);
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(`The process that timed it ended with ${signal ?? code}. ${lastOutput}`));
  });
}
