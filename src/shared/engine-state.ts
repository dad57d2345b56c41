/**
 * STARTING until its models are loaded and warm; READY without pictures, BUSY with pictures; DEGRADED after a crash until it is
 * started again; STOPPED for good.
 */
export type EngineState = 'STARTING' | 'READY' | 'BUSY' | 'DEGRADED' | 'STOPPED';

/** Whether an engine in this state works on pictures. */
export function isRunning(state: EngineState): boolean {
  return state === 'READY' || state === 'BUSY';
}
