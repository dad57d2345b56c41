import sharp from 'sharp';
import { createRandom } from '../../examples/render/random.ts';

type Random = ReturnType<typeof createRandom>;

/** Pixels of a pack's front as it is drawn. */
const width = 300;
const height = 420;

/** The front of a pack that looks like no other: colours, pictures and words of a script that nobody reads, by its number. */
export function drawPack(number: number): Promise<Buffer> {
  const random = createRandom(9_000 + number);
  const hue = random.between(0, 360);
  const parts = [
    `<rect width="${width}" height="${height}" fill="hsl(${hue} ${random.between(35, 85)}% ${random.between(25, 75)}%)"/>`,
    `<rect y="${random.between(140, 200)}" width="${width}" height="${random.between(90, 200)}" fill="hsl(${hue + random.between(40, 320)} 60% ${random.between(25, 85)}%)"/>`,
    ...Array.from({ length: 9 }, () => drawShape(random)),
    drawWord(random, 24, 24, 46),
    drawWord(random, 30, 100, 26),
    ...Array.from({ length: 4 }, (_, line) => drawWord(random, 30, 330 + line * 20, 11)),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`;
  return sharp(Buffer.from(svg)).removeAlpha().png().toBuffer();
}

function drawShape(random: Random): string {
  const fill = `hsl(${random.between(0, 360)} 75% ${random.between(20, 85)}%)`;
  const [x, y, size] = [random.between(20, 280), random.between(140, 310), random.between(12, 48)];
  if (random.between(0, 1) < 0.5) return `<circle cx="${x}" cy="${y}" r="${size}" fill="${fill}"/>`;
  const corners = Array.from(
    { length: 5 },
    () => `${x + random.between(-size, size)},${y + random.between(-size, size)}`,
  );
  return `<polygon points="${corners.join(' ')}" fill="${fill}"/>`;
}

/** A row of signs, each of three strokes between the points of a grid of 3 x 4. */
function drawWord(random: Random, left: number, top: number, size: number): string {
  const point = (x: number) => {
    const [column, row] = [Math.floor(random.between(0, 3)), Math.floor(random.between(0, 4))];
    return `${x + (column * size) / 4} ${top + (row * size) / 3}`;
  };
  const signs = Array.from({ length: Math.floor((width - 2 * left) / size) }, (_, index) => {
    const x = left + index * size;
    return Array.from({ length: 3 }, () => `M${point(x)}L${point(x)}`).join('');
  });
  const ink = random.between(0, 1) < 0.5 ? '#fff' : '#111';
  return `<path d="${signs.join('')}" stroke="${ink}" stroke-width="${size / 7}" stroke-linecap="round" fill="none"/>`;
}
