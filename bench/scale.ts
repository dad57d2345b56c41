/**
 * What grows with the tables: lists, reads of the event log, claims, scans and deletions of an installation with 1 %, 10 % and 100 % of the
 * analyses of `--analyses N` (default 1,000,000), each in a database of its own, through the repositories that the program uses. `--only TEXT` measures only
 * what has the text in its name. It takes long, and up to 12 GB of disk, so `npm run bench` leaves it out.
 */
import type { Figure } from './support/figure.ts';
import { type Bench, runBench } from './support/run-bench.ts';
import { analysisLists } from './support/scale/analysis-lists.ts';
import { type Growth, growsFast, growthTable } from './support/scale/growth.ts';
import { startInstallation } from './support/scale/installation.ts';
import { logReads } from './support/scale/log-reads.ts';
import { type Action, type Measured, measure } from './support/scale/measure.ts';
import { otherLists } from './support/scale/other-lists.ts';
import { type Picked, pick } from './support/scale/picked.ts';
import { sizeOf } from './support/scale/size.ts';
import { sums } from './support/scale/sums.ts';
import { deletions, workerActions } from './support/scale/work.ts';

const usualAnalyses = 1_000_000;
const quickAnalyses = 100_000;
const shares = [0.01, 0.1, 1];

await runBench(
  'scale',
  async (bench): Promise<Figure[]> => {
    const analyses = readCount(bench);
    const only = bench.options.only ?? '';
    const stages: Stage[] = [];
    for (const share of shares) stages.push(await measureStage(bench, Math.round(analyses * share), only));
    const rows = stages[0]!.actions.map(
      ({ what, fullStep }): Growth => ({ what, fullStep, measured: stages.map(({ measured }) => measured.get(what)!) }),
    );
    for (const line of growthTable(shares, rows)) process.stdout.write(`${line}\n`);
    const grown = rows.filter(growsFast);
    return [
      {
        what: `of ${rows.length} actions, those that grow faster than log n`,
        value: grown.length,
        unit: '',
        digits: 0,
        better: 'lower',
        reach: 0,
        ...(grown.length > 0 && { note: grown.map(({ what }) => what).join('; ') }),
      },
    ];
  },
  ['analyses', 'only'],
);

function readCount({ quick, options }: Bench): number {
  const { analyses = String(quick ? quickAnalyses : usualAnalyses) } = options;
  const count = Number(analyses);
  if (!Number.isInteger(count) || count < quickAnalyses)
    throw new Error(`--analyses is ${analyses}; expected a whole number, at least ${quickAnalyses}.`);
  return count;
}

interface Stage {
  actions: Action[];
  measured: Map<string, Measured>;
}

/** The database is removed before the next one is made: the largest alone takes most of the disk. */
async function measureStage(bench: Bench, analyses: number, only: string): Promise<Stage> {
  await using started = new AsyncDisposableStack();
  bench.started.use(started);
  const installation = await startInstallation(started, sizeOf(analyses), bench.say);
  const { size, bytes, url } = installation;
  bench.say(
    `${size.analyses} analyses of ${size.organizations} organisations, ${size.analyses * 10} detections: ${(bytes / 1e9).toFixed(2)} GB`,
  );
  const actions = allActions(await pick(installation.owner.db)).filter(({ what }) => what.includes(only));
  const measured = await measure(url, actions, ({ what }, { medianMs, slowestMs, pages }) =>
    bench.say(`${what}: ${medianMs.toFixed(1)} ms (slowest ${slowestMs.toFixed(1)} ms), ${pages} pages`),
  );
  return { actions, measured };
}

function allActions(picked: Picked): Action[] {
  return [
    ...analysisLists(picked),
    ...otherLists(picked),
    ...logReads(picked),
    ...sums(picked),
    ...workerActions(picked),
    ...deletions(picked),
  ];
}
