import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { findLines } from '../../../../src/recognition/text/find-lines.ts';
import { clampCorners } from '../../../../src/recognition/text/quadrilateral.ts';
import type { TextMap } from '../../../../src/recognition/text/text-map.ts';

/** Recorded with the Python package that the models come from; see test/fixtures/text/README.md. */
const folder = new URL('../../../fixtures/text/', import.meta.url);
interface RecordedLine {
  corners: [number, number][];
  score: number;
}
const recorded: Record<string, RecordedLine[]> = JSON.parse(readFileSync(new URL('cases.json', folder), 'utf8')).maps;
const rule = { brightFrom: 0.3, lineFrom: 0.5, growth: 1.6 };

async function readMap(name: string): Promise<TextMap> {
  const file = new URL(`map-${name}.png`, folder).pathname;
  const { data, info } = await sharp(file).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, values: new Uint8Array(data) };
}

function mapOf(width: number, height: number, bright: (x: number, y: number) => boolean): TextMap {
  const values = Uint8Array.from({ length: width * height }, (_, at) =>
    bright(at % width, Math.floor(at / width)) ? 255 : 0,
  );
  return { width, height, values };
}

describe.each(Object.entries(recorded))('the map %s', (name, lines) => {
  test('shows the same lines as to the Python package, to a pixel', async () => {
    const map = await readMap(name);
    const edge = { width: map.width - 1, height: map.height - 1 };
    const found = findLines(map, rule).map(({ corners, score }) => ({ corners: clampCorners(corners, edge), score }));
    expect(found).toHaveLength(lines.length);
    for (const line of lines) {
      const nearest = found
        .map(({ corners, score }) => ({
          score,
          off: Math.max(
            ...corners.flatMap(({ x, y }, at) => [x - line.corners[at]![0], y - line.corners[at]![1]].map(Math.abs)),
          ),
        }))
        .reduce((best, other) => (other.off < best.off ? other : best));
      // Recorded corners are whole pixels.
      expect(nearest.off, JSON.stringify(line)).toBeLessThanOrEqual(1.1);
      expect(Math.abs(nearest.score - line.score)).toBeLessThan(0.03);
    }
  });
});

describe('lines', () => {
  test('are none where nothing is bright, or all of it too thin', () => {
    expect(
      findLines(
        mapOf(60, 40, () => false),
        rule,
      ),
    ).toEqual([]);
    expect(
      findLines(
        mapOf(60, 40, (_x, y) => y === 20),
        rule,
      ),
    ).toEqual([]);
  });

  test('reach the edges of a map that is bright all over', () => {
    const [line, ...others] = findLines(
      mapOf(60, 40, () => true),
      rule,
    );
    expect(others).toEqual([]);
    expect(clampCorners(line!.corners, { width: 59, height: 39 })).toEqual([
      { x: 0, y: 0 },
      { x: 59, y: 0 },
      { x: 59, y: 39 },
      { x: 0, y: 39 },
    ]);
  });

  test('touch at a corner and are one; a gap of two pixels keeps them apart', () => {
    const boxes = (gap: number) =>
      mapOf(
        120,
        60,
        (x, y) => (x >= 10 && x < 50 && y >= 10 && y < 20) || (x >= 50 + gap && x < 90 && y >= 20 + gap && y < 30),
      );
    expect(findLines(boxes(0), { ...rule, lineFrom: 0 })).toHaveLength(1);
    expect(findLines(boxes(1), { ...rule, lineFrom: 0 })).toHaveLength(1);
    expect(findLines(boxes(3), { ...rule, lineFrom: 0 })).toHaveLength(2);
  });

  test('come in the order of their certainty', () => {
    const map = mapOf(100, 60, (x, y) => x >= 10 && x < 90 && y % 20 >= 5 && y % 20 < 15);
    for (let at = 0; at < map.values.length; at++) if (at < 2_000) map.values[at] = map.values[at]! * 0.7;
    const scores = findLines(map, rule).map(({ score }) => score);
    expect(scores).toHaveLength(3);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.at(-1)).toBeLessThan(0.75);
  });
});
