import { expect, test } from 'vitest';
import { readText, type TextReader } from '../../../../workers/engines/child/steps/text/read-text.ts';

/** Lines of one picture that are read by models that only count: where it is bright there is text. */
const [width, height] = [800, 800];

/** Draws stripes in the rectangle of a line, as wide as `step`, and white where there is no line. */
function draw(lines: readonly { y: number; step: number }[]) {
  const rgb = Buffer.alloc(width * height * 3, 255);
  for (const { y, step } of lines)
    for (let row = y; row < y + 30; row++)
      for (let x = 200; x < 500; x++)
        if (Math.floor(x / step) % 2 === 0) rgb.fill(0, (row * width + x) * 3, (row * width + x) * 3 + 3);
  return { width, height, rgb };
}

/** A reader whose recogniser says `says`, and how often it was run. */
function countingReader(lines: readonly { y: number }[], says: string) {
  let runs = 0;
  const characters = ['a', '1'];
  const reader = {
    detector: {
      manifest: {
        input: { maxSide: 960, multipleOf: 32, leastSide: 100 },
        output: { brightFrom: 0.3, lineFrom: 0.5, growth: 1 },
      },
      session: {
        run: async ({ frame }: { frame: { width: number; height: number } }) => {
          const data = new Float32Array(frame.width * frame.height);
          for (const { y } of lines)
            for (let row = y; row < y + 30; row++) data.fill(1, row * frame.width + 200, row * frame.width + 500);
          return { data };
        },
      },
    },
    recognizer: {
      manifest: { input: { height: 48, leastWidth: 192, maxWidth: 1600 } },
      characters,
      session: {
        run: async () => {
          runs += 1;
          return { data: new Float32Array([0, says === 'a' ? 1 : 0, says === '1' ? 1 : 0]) };
        },
      },
    },
    settings: { threshold: 0.5, maxLines: 100, maxTiles: 24 },
  } as unknown as TextReader;
  return { reader, runs: () => runs };
}

test('of lines that look alike one is read, and all have its text where they are', async () => {
  const lines = [100, 300, 500].map((y) => ({ y, step: 13 }));
  const { reader, runs } = countingReader(lines, 'a');
  const read = await readText(draw([...lines.slice(0, 2), { y: 500, step: 29 }]), reader, { check() {} });
  expect(runs()).toBe(2);
  expect(read.map(({ text }) => text)).toEqual(['a', 'a', 'a']);
  const tops = read.map(({ corners: [topLeft] }) => Math.round(topLeft.y / 100) * 100).sort();
  expect(tops).toEqual([100, 300, 500]);
});

test('lines with digits are all read, because prices look alike', async () => {
  const lines = [100, 300].map((y) => ({ y, step: 13 }));
  const { reader, runs } = countingReader(lines, '1');
  expect(await readText(draw(lines), reader, { check() {} })).toHaveLength(2);
  expect(runs()).toBe(2);
});
