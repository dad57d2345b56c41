import { type EngineFigures, isRunning } from '../shared/engine-state.ts';

/** An engine as its worker reports it with every heartbeat, in worker_process.engines. */
export interface ReportedEngine extends EngineFigures {
  host: string;
}

/** An engine of any worker. */
export interface Engine extends ReportedEngine {
  workerId: string;
}

/** Mean busy share of the running engines, 0..1. If none runs, none is free: 1. */
export function usedCapacity(engines: readonly Engine[]): number {
  const running = engines.filter(({ state }) => isRunning(state));
  if (running.length === 0) return 1;
  return running.reduce((sum, { busyShare }) => sum + busyShare, 0) / running.length;
}

/** Images that the running engines finish a second, over the last 10 seconds. */
export function imagesPerSecond(engines: readonly Engine[]): number {
  return engines.filter(({ state }) => isRunning(state)).reduce((sum, engine) => sum + engine.imagesPerSecond, 0);
}

/** Mean time in an engine of an image analysed within the last 5 minutes; null: there was none. */
export function millisecondsPerImage(engines: readonly Engine[]): number | null {
  const pictures = engines.reduce((sum, engine) => sum + engine.pictures, 0);
  return pictures === 0 ? null : engines.reduce((sum, engine) => sum + engine.picturesMs, 0) / pictures;
}

/**
 * The file of a model, by sha256, that an engine has loaded and run; null: none has. Each machine chooses for itself; if they
 * differ, it is the first.
 */
export function readyFile(engines: readonly Engine[], files: readonly string[]): string | null {
  const ready = new Set(engines.filter(({ state }) => isRunning(state)).flatMap(({ models }) => models));
  return files.find((file) => ready.has(file)) ?? null;
}
