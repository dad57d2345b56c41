/** How long work stands still when the process that does it is killed with -9. */
import { type Figure, formatValue } from './support/figure.ts';
import { measureRestart } from './support/recover-restart.ts';
import { measureTakeover, type Takeover } from './support/recover-takeover.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { median } from './support/statistics.ts';

await runBench('recover', async (bench): Promise<Figure[]> => {
  const restarts: number[] = [];
  const takeovers: Takeover[] = [];
  for (let round = 1; round <= (bench.quick ? 1 : 5); round++) {
    restarts.push(await alone(bench, measureRestart));
    takeovers.push(await alone(bench, (each) => measureTakeover(each, 120)));
  }
  const seconds = { unit: 's', digits: 2, better: 'lower' as const };
  const slowest = (values: number[]) => `slowest ${formatValue({ ...seconds, value: Math.max(...values) })} s`;
  const returned = takeovers.map((takeover) => takeover.returned);
  const held = takeovers.map((takeover) => takeover.held);
  return [
    {
      what: 'kill -9 to the first new SUCCEEDED after the restart, median',
      value: median(restarts),
      ...seconds,
      reach: 4,
      later: 3,
      note: slowest(restarts),
    },
    {
      what: 'kill -9 to the work of a worker being in the queue again, median',
      value: median(returned),
      ...seconds,
      reach: 5,
      note: slowest(returned),
    },
    {
      what: 'kill -9 to the first of it held by another worker, median',
      value: median(held),
      ...seconds,
      reach: 10,
      later: 5,
      note: slowest(held),
    },
  ];
});

/** With processes of its own, all of which have stopped before the next measurement begins. */
async function alone<T>(bench: Bench, measure: (bench: Bench) => Promise<T>): Promise<T> {
  const started = new AsyncDisposableStack();
  const undo = () => started.disposeAsync();
  bench.started.defer(undo);
  try {
    return await measure({ ...bench, started });
  } finally {
    await undo();
  }
}
