import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planViews } from '../../../../src/recognition/codes/plan-views.ts';
import { drawView, toPicture, type View, viewSize } from '../../../../src/recognition/codes/view.ts';

const size = { width: 40, height: 30 };
const region = { x: 10, y: 5, width: 20, height: 16 };

/** Bright, with a dark pixel. */
function pictureWith(x: number, y: number) {
  const grey = new Uint8Array(size.width * size.height).fill(200);
  grey[y * size.width + x] = 0;
  return { ...size, grey };
}

/** The centre of the darkest pixel of a view, as a point of it. */
function darkestOf(view: View, picture: ReturnType<typeof pictureWith>): [number, number] {
  const { rgba, width } = drawView(picture, view);
  let darkest = 0;
  for (let at = 0; at < rgba.length; at += 4) if (rgba[at]! < rgba[darkest]!) darkest = at;
  return [((darkest / 4) % width) + 0.5, Math.floor(darkest / 4 / width) + 0.5];
}

describe('a view', () => {
  test('shows each pixel where it says that it is', () => {
    const inRegion = fc.record({ x: fc.integer({ min: 12, max: 27 }), y: fc.integer({ min: 7, max: 18 }) });
    const scales = fc.double({ min: 1, max: 3, noNaN: true });
    fc.assert(
      fc.property(inRegion, scales, fc.constantFrom<0 | 45>(0, 45), ({ x, y }, scale, angle) => {
        const view: View = { region, scale, angle };
        const [foundX, foundY] = toPicture(view, darkestOf(view, pictureWith(x, y)));
        expect(Math.hypot(foundX - x - 0.5, foundY - y - 0.5)).toBeLessThan(1);
      }),
    );
  });

  test('of the whole picture is the picture', () => {
    const picture = pictureWith(3, 4);
    const { rgba, width, height } = drawView(picture, { region: { x: 0, y: 0, ...size }, scale: 1, angle: 0 });
    expect([width, height]).toEqual([40, 30]);
    expect([...rgba.subarray(0, 4)]).toEqual([200, 200, 200, 255]);
    expect(Array.from(picture.grey, (_, at) => rgba[at * 4])).toEqual([...picture.grey]);
  });

  test('that is turned has white corners, and room for the corners of its region', () => {
    const view: View = { region, scale: 2, angle: 45 };
    const { width, height } = viewSize(view);
    expect([width, height]).toEqual([51, 51]);
    const { rgba } = drawView(pictureWith(0, 0), view);
    expect([...rgba.subarray(0, 4)]).toEqual([255, 255, 255, 255]);
  });
});

describe('the views of a picture', () => {
  const picture = { width: 4000, height: 3000 };

  test('are the whole one, then the large detections, enlarged twice and turned', () => {
    const [whole, first, second, ...others] = planViews(
      [
        { x: 100, y: 100, width: 200, height: 300 },
        { x: 500, y: 100, width: 40, height: 63 },
        { x: 900, y: 100, width: 1500, height: 2000 },
      ],
      picture,
    );
    expect(others).toEqual([]);
    expect(whole!.views).toEqual([
      { region: { x: 0, y: 0, ...picture }, scale: 1, angle: 0 },
      expect.objectContaining({ angle: 45 }),
    ]);
    expect(first!.region).toMatchObject({ x: 840, width: 1620 });
    // Enlarged, it would show nothing new.
    expect(first!.views).toEqual([expect.objectContaining({ angle: 45 })]);
    expect(second).toEqual({
      region: { x: 92, y: 88, width: 216, height: 324 },
      views: [0, 45].map((angle) => ({ region: { x: 92, y: 88, width: 216, height: 324 }, scale: 2, angle })),
    });
  });

  test('stay within memory, and within the picture', () => {
    const sides = fc.integer({ min: 1, max: 20_000 });
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.array(fc.tuple(sides, sides, sides, sides), { maxLength: 5 }),
        (width, height, at) => {
          const boxes = at.map(([x, y, w, h]) => ({ x: x % width, y: y % height, width: w, height: h }));
          for (const { views } of planViews(boxes, { width, height }))
            for (const view of views) {
              const drawn = viewSize(view);
              expect(drawn.width * drawn.height).toBeLessThan(13_000_000);
              expect(view.region.x + view.region.width).toBeLessThanOrEqual(width);
              expect(view.region.y + view.region.height).toBeLessThanOrEqual(height);
            }
        },
      ),
    );
  });
});
