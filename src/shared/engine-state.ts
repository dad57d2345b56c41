/**
 * STARTING until its models are loaded and warm; READY without pictures, BUSY with pictures; DEGRADED after a crash until it is
 * started again; STOPPED for good.
 */
export type EngineState = 'STARTING' | 'READY' | 'BUSY' | 'DEGRADED' | 'STOPPED';

/** What a worker reports about an engine. */
export interface EngineFigures {
  /** Unique within its worker. */
  id: string;
  state: EngineState;
  /** What runs the models: cpu or cuda. */
  provider: string;
  threads: number;
  /** Pictures finished a second, over the last 10 seconds. */
  imagesPerSecond: number;
  /** Fraction of the last 10 seconds in which it was working, 0..1. */
  busyShare: number;
  /** Analyses finished within the last 5 minutes, and their total time. */
  pictures: number;
  picturesMs: number;
  /** Within the last 15 minutes. A worker of a version before this does not report it. */
  crashes?: number;
  /** sha256 of the models that it has loaded when it runs. */
  models: readonly string[];
}

/** Whether an engine in this state works on pictures. */
export function isRunning(state: EngineState): boolean {
  return state === 'READY' || state === 'BUSY';
}
