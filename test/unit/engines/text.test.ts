import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { TextLine } from '../../../src/recognition/text/text-line.ts';
import type { AnalyzeJob, AnalyzeOutcome, EnginePool } from '../../../workers/engines/pool/pool.ts';
import { analysisOf } from './support/analysis.ts';
import { makeTestFolder, modelsDir, startTestPool } from './support/pools.ts';

/** Text read by a real engine with the real models, compared with what the Python package reads. */
const fixtures = new URL('../../fixtures/text/', import.meta.url);

interface RecordedWords {
  text: string;
  corners: [number, number][];
}

async function recordedWords(name: string): Promise<RecordedWords[]> {
  return JSON.parse(await readFile(new URL('cases.json', fixtures), 'utf8')).words[name];
}

async function read(pool: EnginePool, name: string, change: Partial<AnalyzeJob> = {}): Promise<AnalyzeOutcome> {
  const file = new URL(`${name}.png`, fixtures).pathname;
  const outcome = await pool.analyze({ ...analysisOf(file, 'shelf-fast@3'), readText: true, ...change });
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome;
}

/** Characters to add, remove or replace to make one text of the other. */
function editDistance(a: string, b: string): number {
  let before = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [row, character] of [...a].entries()) {
    const now = [row + 1];
    for (let column = 0; column < b.length; column++)
      now.push(
        Math.min(before[column + 1]! + 1, now[column]! + 1, before[column]! + (b[column] === character ? 0 : 1)),
      );
    before = now;
  }
  return before.at(-1)!;
}

function cornersOf({ corners }: TextLine): { x: number; y: number }[] {
  return [0, 2, 4, 6].map((index) => ({ x: corners[index]!, y: corners[index + 1]! }));
}

describe('a real engine', () => {
  test('reads what the Python package reads, to a character, and where, to two pixels', async () => {
    const { texts, timings } = await read(startTestPool({ threads: 2 }), 'label');
    const recorded = await recordedWords('label');
    expect(recorded.length).toBeGreaterThanOrEqual(8);
    expect(texts).toHaveLength(recorded.length);
    for (const { text, corners } of recorded) {
      const line = texts!.find((each) => editDistance(each.text, text) <= 1);
      expect(line, text).toBeDefined();
      expect(line!.confidence).toBeGreaterThan(0.8);
      for (const [index, { x, y }] of cornersOf(line!).entries()) {
        expect(Math.abs(x - corners[index]![0]), text).toBeLessThanOrEqual(2);
        expect(Math.abs(y - corners[index]![1]), text).toBeLessThanOrEqual(2);
      }
    }
    expect(timings.textMs).toBeGreaterThan(0);
  });

  test('reads text that lies on its side, upwards and downwards, and begins its corners where the text begins', async () => {
    const { texts } = await read(startTestPool({ threads: 2 }), 'lying');
    expect(texts!.map(({ text }) => text).sort()).toEqual(['Downwards words', 'Level', 'Upwards reading']);
    const start = (text: string) => cornersOf(texts!.find((line) => line.text === text)!);
    const [upLeft, upRight] = start('Upwards reading');
    expect(upLeft!.y).toBeGreaterThan(upRight!.y + 200);
    const [downLeft, downRight] = start('Downwards words');
    expect(downLeft!.y).toBeLessThan(downRight!.y - 200);
  });

  test('reads nothing unless it is to, and gives null for it', async () => {
    const { texts, timings, warnings } = await read(startTestPool(), 'label', { readText: false });
    expect([texts, timings.textMs, warnings]).toEqual([null, undefined, []]);
  });

  test('stops between two runs when the job is cancelled', async () => {
    const pool = startTestPool();
    await pool.ready;
    const pid = pool.status()[0]!.pid;
    const controller = new AbortController();
    const file = new URL('label.png', fixtures).pathname;
    const job = { ...analysisOf(file, 'shelf-fast@3'), readText: true };
    const canceled = pool.analyze(job, { signal: controller.signal, onStart: () => controller.abort() });
    await expect(canceled).rejects.toThrow('canceled');
    expect((await read(pool, 'label')).texts!.length).toBeGreaterThan(0);
    expect(pool.status()[0]!.pid).toBe(pid);
  });
});

describe('a model that cannot be loaded', () => {
  test.each(['text-detector', 'text-recognizer'])(
    '%s costs the text only: a warning says so, and the log why',
    async (name) => {
      const folder = await makeTestFolder();
      await cp(modelsDir, folder, { recursive: true });
      const file = join(folder, name, '1', `${name}.onnx`);
      await rm(file);
      await writeFile(file, 'something else');
      const logged: string[] = [];
      const logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
      const pool = startTestPool({ modelsDir: folder, logger });
      const { texts, warnings } = await read(pool, 'label');
      expect(texts).toBeNull();
      expect(warnings).toEqual([{ code: 'TEXT_NOT_READ', message: expect.stringContaining('the server failed') }]);
      expect(logged.join()).toContain(`${name}.onnx has the checksum`);
      // It is needed for nothing else.
      expect((await read(pool, 'label', { readText: false })).warnings).toEqual([]);
    },
  );
});
