import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import {
  type AnalyzeJob,
  type EnginePool,
  EnginePoolClosedError,
  EngineQueueFullError,
} from '../../../workers/engines/pool/pool.ts';
import { startFakePool, startPoolOfProgram, startPoolThatFailsLater, startTestPool } from './support/pools.ts';

function job(name: string, change: Partial<AnalyzeJob> = {}): AnalyzeJob {
  return {
    id: name,
    file: `/nowhere/${name}`,
    pipeline: 'shelf-fast@2',
    threshold: null,
    topCandidates: 1,
    matchCatalog: false,
    smoothNeighbors: false,
    readText: false,
    acceptGroups: null,
    matrix: null,
    maxProcessingMs: null,
    describe: false,
    priority: 0,
    ...change,
  };
}

/** Runs jobs together and says for each what became of it. */
async function runAll(pool: EnginePool, jobs: AnalyzeJob[]): Promise<Record<string, string>> {
  const outcomes = await Promise.all(jobs.map((each) => pool.analyze(each)));
  return Object.fromEntries(
    outcomes.map((outcome, index) => [jobs[index]!.id, outcome.ok ? 'ok' : outcome.failure.code]),
  );
}

describe('a picture that kills engines', () => {
  test.each([1, 2])(
    'ends ENGINE_CRASHED after three deaths alone and harms no other, with %i engine(s)',
    async (engines) => {
      const pool = startFakePool({ engines });
      const names = ['a', 'b', 'poison', 'c', 'd', 'e', 'f'];
      const outcomes = await runAll(
        pool,
        names.map((name) => job(name)),
      );
      expect(outcomes).toEqual({ ...Object.fromEntries(names.map((name) => [name, 'ok'])), poison: 'ENGINE_CRASHED' });
    },
  );

  test('does not count a death that it shared with others', async () => {
    const pool = startFakePool();
    const [, poison] = await Promise.all([
      pool.analyze(job('slow')),
      pool.analyze(job('poison')),
      pool.analyze(job('c')),
    ]);
    // Once in company, three times alone.
    expect(poison).toMatchObject({ ok: false, attempts: 4, failure: { code: 'ENGINE_CRASHED', retryable: false } });
  });

  test('and another one such are both found', async () => {
    const outcomes = await runAll(startFakePool(), [job('poison-1'), job('a'), job('poison-2'), job('b')]);
    expect(outcomes).toEqual({ 'poison-1': 'ENGINE_CRASHED', a: 'ok', 'poison-2': 'ENGINE_CRASHED', b: 'ok' });
  });

  test('is analysed without optional steps in the end, if one of them kills the engine', async () => {
    const [optional, other] = await Promise.all(['optional', 'a'].map((name) => startFakePool().analyze(job(name))));
    expect(optional).toMatchObject({ ok: true, attempts: 3 });
    expect(other).toMatchObject({ ok: true, attempts: 1 });
  });

  test('fires onStart again at each attempt', async () => {
    let starts = 0;
    await startFakePool().analyze(job('poison'), { onStart: () => starts++ });
    expect(starts).toBe(3);
  });
});

describe('an engine', () => {
  test('that holds too much memory finishes what it has in hand and is replaced', async () => {
    const pool = startFakePool();
    await pool.ready;
    const first = pool.status()[0]!.pid;
    const outcomes = await Promise.all(['fat', 'slow', 'a'].map((name) => pool.analyze(job(name))));
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
    const fat = await pool.analyze(job('fat-again'));
    expect(await pool.analyze(job('b'))).toMatchObject({ ok: true, attempts: 1 });
    expect(fat.ok).toBe(true);
    expect(pool.status()[0]!.pid).not.toBe(first);
    expect(pool.status()[0]).toMatchObject({ crashes: 0 });
  });

  test('that needs much memory for its models is used', async () => {
    const program = `process.on('message', (message) => process.send(
      message.type === 'init'
        ? { type: 'ready', provider: 'fake', rssBytes: 5e9 }
        : { type: 'finished', id: message.job.id, result: { ok: true }, rssBytes: 6e9 }))`;
    const { pool, starts } = startPoolOfProgram(program);
    await pool.ready;
    for (const name of ['a', 'b']) expect(await pool.analyze(job(name))).toMatchObject({ ok: true, attempts: 1 });
    expect(starts()).toBe(1);
  });

  test('that dies after it answered loses no answer', async () => {
    const pool = startFakePool();
    for (let round = 0; round < 5; round++) {
      expect(await pool.analyze(job(`last-${round}`))).toMatchObject({ ok: true });
    }
  });
});

describe('a picture that takes too long', () => {
  test('ends PROCESSING_TIME_EXCEEDED when its engine does not come back, and those behind it succeed', async () => {
    const pool = startFakePool();
    const outcomes = await runAll(pool, [
      job('hang', { maxProcessingMs: 50 }),
      job('a'),
      job('b', { maxProcessingMs: 60_000 }),
    ]);
    expect(outcomes).toEqual({ hang: 'PROCESSING_TIME_EXCEEDED', a: 'ok', b: 'ok' });
  });
});

describe('an engine that answers nothing while it decodes', () => {
  const decodingLimit = { cpuMs: 10_000, elapsedMs: 50 };
  const hanging = { id: 'hang', file: '/nowhere/hang', priority: 0 };
  test.each([
    ['an analysis', (pool: EnginePool) => pool.analyze(job('hang'))],
    ['an analysis with time left', (pool: EnginePool) => pool.analyze(job('hang', { maxProcessingMs: 60_000 }))],
    ['a description', (pool: EnginePool) => pool.describe({ ...hanging, pipeline: 'shelf-fast@2', features: true })],
    ['a rendition', (pool: EnginePool) => pool.render({ ...hanging, renditions: [] })],
  ])('is killed for the picture in hand: %s', async (_title, start) => {
    const pool = startFakePool({ decodingLimit });
    const [bad, good] = await Promise.all([start(pool), pool.analyze(job('a'))]);
    expect(bad).toMatchObject({
      ok: false,
      attempts: 1,
      failure: { code: 'DECODING_TIME_EXCEEDED', retryable: false },
    });
    expect(good).toMatchObject({ ok: true });
  });

  test('takes those of the same picture with it, wherever they wait', async () => {
    const pool = startFakePool({ decodingLimit });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => pool.analyze(job('hang'))));
    expect(outcomes.map((outcome) => !outcome.ok && outcome.failure.code)).toEqual(
      Array(6).fill('DECODING_TIME_EXCEEDED'),
    );
    // The second and third were with it in the engine, the others had not been given to one.
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 0, 0, 0]);
  });

  test('is not killed once the picture is decoded', async () => {
    const pool = startFakePool({ decodingLimit });
    expect(await pool.analyze(job('decoded-slow'))).toMatchObject({ ok: true, attempts: 1 });
  });
});

describe('jobs of one id', () => {
  test('are all done, and one is canceled without the other', async () => {
    const pool = startFakePool();
    expect(await Promise.all(['slow', 'slow', 'slow'].map((name) => pool.analyze(job(name))))).toMatchObject([
      { ok: true },
      { ok: true },
      { ok: true },
    ]);
    const controller = new AbortController();
    const kept = pool.analyze(job('slow'));
    const canceled = pool.analyze(job('slow'), { signal: controller.signal });
    controller.abort();
    await expect(canceled).rejects.toMatchObject({ name: 'AbortError' });
    expect(await kept).toMatchObject({ ok: true, attempts: 1 });
    await pool.close(10_000);
  });
});

describe('canceling', () => {
  test('rejects with an AbortError at once, waiting or in hand, and the rest goes on', async () => {
    const pool = startFakePool();
    const controller = new AbortController();
    const started = Promise.withResolvers<void>();
    const inHand = pool.analyze(job('hang'), { signal: controller.signal, onStart: started.resolve });
    const waiting = Array.from({ length: 5 }, (_, index) =>
      pool.analyze(job(`w${index}`), { signal: controller.signal }),
    );
    await started.promise;
    controller.abort();
    for (const promise of [inHand, ...waiting]) await expect(promise).rejects.toMatchObject({ name: 'AbortError' });
    // The engine still hangs in the canceled picture; it is killed after a while, and the next job is done.
    expect(await pool.analyze(job('after'))).toMatchObject({ ok: true });
  });

  test('before it is given rejects without work', async () => {
    const pool = startFakePool();
    await expect(pool.analyze(job('a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
    expect(pool.free()).toBe(100);
  });
});

describe('the queue', () => {
  test('gives the smallest priority first, equal ones in their order', async () => {
    const pool = startFakePool();
    const order: string[] = [];
    const add = (name: string, priority: number) =>
      pool.analyze(job(name, { priority }), { onStart: () => order.push(name) });
    await Promise.all([
      add('bulk-1', 10),
      add('normal-1', 0),
      add('bulk-2', 10),
      add('interactive', -10),
      add('normal-2', 0),
    ]);
    expect(order).toEqual(['interactive', 'normal-1', 'normal-2', 'bulk-1', 'bulk-2']);
  });

  test('refuses what is beyond its limit and says how much it takes', async () => {
    const pool = startFakePool({ queueLimit: 2 });
    const accepted = [pool.analyze(job('a')), pool.analyze(job('b'))];
    expect(pool.free()).toBe(0);
    await expect(pool.analyze(job('c'))).rejects.toBeInstanceOf(EngineQueueFullError);
    await Promise.all(accepted);
    expect(pool.free()).toBe(2);
  });
});

describe('closing', () => {
  test('lets what is in an engine finish, gives up what waits, and leaves no process', async () => {
    const pool = startFakePool();
    await pool.ready;
    const names = ['slow-1', 'slow-2', 'slow-3', 'waits'];
    const jobs = names.map((name) => pool.analyze(job(name)));
    const settled = Promise.allSettled(jobs);
    const pid = pool.status()[0]!.pid!;
    await pool.close(10_000);
    expect((await settled).map((each) => each.status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'rejected']);
    expect(pool.status()[0]).toMatchObject({ state: 'STOPPED' });
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(pool.analyze(job('late'))).rejects.toBeInstanceOf(EnginePoolClosedError);
  });

  test('does not wait beyond the grace for a picture that hangs', async () => {
    const pool = startFakePool();
    const started = Promise.withResolvers<void>();
    const hanging = pool.analyze(job('hang'), { onStart: started.resolve });
    const outcome = expect(hanging).rejects.toBeInstanceOf(EnginePoolClosedError);
    await started.promise;
    await pool.close(20);
    await outcome;
  });
});

describe('starting', () => {
  test('rejects ready when the process dies three times before it is ready', async () => {
    await expect(startPoolOfProgram('process.exit(7)').pool.ready).rejects.toThrow('dies before it is ready');
  });

  test('rejects ready with the reason when an engine says that its models cannot be used', async () => {
    const program = `process.on('message', () => process.send({ type: 'unusable', message: 'Bad operator.' }, () => process.exit(1)))`;
    const log: string[] = [];
    const logger = pino({}, { write: (line: string) => void log.push(JSON.parse(line).msg) });
    const { pool, starts } = startPoolOfProgram(program, logger);
    const waiting = pool.analyze(job('a'));
    await expect(pool.ready).rejects.toThrow('Bad operator.');
    await expect.poll(starts, { timeout: 30_000 }).toBeGreaterThan(2);
    expect(log).toEqual(['An engine died and is started again.', 'No engine can be started.']);
    expect(await waiting).toMatchObject({ ok: false, failure: { code: 'MODEL_UNAVAILABLE', retryable: true } });
  });

  test('rejects ready when there are no models, and fails jobs', async () => {
    const pool = startTestPool({ modelsDir: '/nowhere/at/all' });
    await expect(pool.ready).rejects.toThrow('Set MODELS_DIR to a folder');
    expect(await pool.analyze(job('a'))).toMatchObject({ ok: false, failure: { code: 'MODEL_UNAVAILABLE' } });
  });

  test('an idle engine that is killed is replaced', async () => {
    const pool = startFakePool();
    await pool.ready;
    const first = pool.status()[0]!.pid!;
    process.kill(first, 'SIGKILL');
    expect(await pool.analyze(job('a'))).toMatchObject({ ok: true });
    const outcome = await pool.analyze(job('b'));
    expect(outcome.ok).toBe(true);
    expect(pool.status()[0]!.pid).not.toBe(first);
    expect(pool.status()[0]).toMatchObject({ crashes: 1 });
  });

  test('lets pictures wait for engines that have worked and cannot start for a while', async () => {
    // One more than it takes to give up where none ever worked.
    const pool = startPoolThatFailsLater(4);
    await pool.ready;
    process.kill(pool.status()[0]!.pid!, 'SIGKILL');
    expect(await pool.analyze(job('a'))).toMatchObject({ ok: true });
  });
});
