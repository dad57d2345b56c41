import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawShelf } from '../../../src/drawing/planogram/draw-shelf.ts';
import { judgeCompliance } from '../../../src/recognition/compliance/judge.ts';
import type { Fixture } from '../../../src/recognition/compliance/plan.ts';
import { type Bay, type Block, planOf, takePicture } from '../recognition/support/bay.ts';

const block = (itemId: string, facings: number): Block => ({ itemId, facings, stack: 1, width: 0.1, height: 0.2 });
const plan: Bay = { heights: [0.4], shelves: [[block('tea', 3), block('jam', 2), block('soda', 2)]] };
const shown: Bay = { heights: [0.4], shelves: [[block('tea', 3), { gap: 0.208 }, block('soda', 2)]] };

function draw(fixture: Fixture, bay: Bay, nameOf: (itemId: string) => string = (itemId) => itemId): string {
  const picture = takePicture(bay);
  const compliance = judgeCompliance(fixture, picture);
  return drawShelf({ title: 'Bay 7', ...compliance, shelves: fixture.shelves, picture, gaps: [], nameOf });
}

const green = [46, 125, 50];
const red = [200, 16, 46];

/** How many pixels have nearly this colour. */
async function countPixels(svg: string, colour: readonly number[]): Promise<number> {
  const { data } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  let count = 0;
  for (let at = 0; at < data.length; at += 3)
    if (colour.every((value, channel) => Math.abs(data[at + channel]! - value) < 12)) count += 1;
  return count;
}

test('shows what is as planned and what is missing, on a white ground', async () => {
  const asPlanned = draw(planOf(plan), plan);
  expect(await countPixels(asPlanned, green)).toBeGreaterThan(1_000);
  expect(await countPixels(asPlanned, red)).toBe(0);
  const damaged = draw(planOf(plan), shown);
  expect(await countPixels(damaged, red)).toBeGreaterThan(500);
  const { data } = await sharp(Buffer.from(damaged)).raw().toBuffer({ resolveWithObject: true });
  expect([...data.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  expect(damaged).toContain('<title>jam: missing, 0 of 2</title>');
});

test('names of items cannot bring anything into it', () => {
  const nul = String.fromCharCode(0);
  const evil = `</title><script>alert(1)</script><a href="javascript:x">&${nul}`;
  const svg = draw(planOf(plan), shown, () => evil);
  expect(svg).toContain('&lt;/title&gt;&lt;script&gt;');
  expect(svg).not.toMatch(/<script|<a |<foreignObject|<image|<style|\son[a-z]+=/);
  expect(svg).not.toContain(nul);
  // It links only to its own outlines.
  expect([...svg.matchAll(/<use href="([^"]*)"/g)].every(([, target]) => /^#\w+$/.test(target!))).toBe(true);
});

test('a picture of something else, and shelves of which nobody knows the widths, can be drawn', async () => {
  const other: Bay = { heights: [0.4], shelves: [[{ ...block('oats', 2), itemId: null }]] };
  for (const svg of [draw(planOf(plan, false), other), draw(planOf(plan, false), shown)]) {
    const { width, height } = await sharp(Buffer.from(svg)).metadata();
    expect([width, height! > 300]).toEqual([1_400, true]);
  }
});
