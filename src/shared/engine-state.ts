/**
 * STARTING until its models are loaded and warm; READY without, BUSY with pictures; DEGRADED while it waits to be started
 * again after a death; STOPPED for good.
 */
export type EngineState = 'STARTING' | 'READY' | 'BUSY' | 'DEGRADED' | 'STOPPED';

/** Whether an engine in this state works on pictures. */
export function isRunning(state: EngineState): boolean {
  return state === 'READY' || state === 'BUSY';
}
