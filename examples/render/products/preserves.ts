import { jar, tin } from '../forms.ts';
import type { Product } from '../pack.ts';
import { createRandom } from '../random.ts';
import { leaf, linear, num, smallPrint, text } from '../svg.ts';

function tomato(x: number, y: number, radius: number): string {
  return (
    `<ellipse cx="${x}" cy="${y}" rx="${radius}" ry="${num(radius * 0.88)}" fill="#e02b1d"/><ellipse cx="${num(x - radius * 0.35)}" cy="${num(y - radius * 0.35)}" rx="${num(radius * 0.25)}" ry="${num(radius * 0.16)}" fill="#fff" opacity=".65"/>` +
    [-60, -20, 20, 60].map((turn) => leaf(x, y - radius * 0.7, radius * 0.7, turn, '#3f8d2c', '#28601a')).join('')
  );
}

const passata =
  `<rect width="78" height="178" fill="#a3160c"/><rect y="28" width="78" height="150" fill="#b91f10"/><rect width="78" height="26" fill="url(#gold)"/>` +
  Array.from(
    { length: 20 },
    (_, index) => `<path d="M${num(4 + index * 3.7)} 2v22" stroke="#6d4f15" stroke-opacity=".45" stroke-width=".9"/>`,
  ).join('') +
  `<rect y="58" width="78" height="98" fill="#fff8ea"/><path d="M0 58h78v5H0ZM0 151h78v5H0Z" fill="#1f7a34"/><path d="M0 63h78v2.4H0ZM0 148.6h78v2.4H0Z" fill="#c9a24a"/>` +
  text(39, 83, 15.5, 'Vezzorina', { font: 'serif', italic: true, fill: '#8c1209', stretch: 0.78 }) +
  text(39, 94, 8.6, 'PASSATA', { fill: '#1f7a34', spacing: 1.4 }) +
  tomato(25, 122, 15) +
  tomato(53, 124, 14) +
  tomato(39, 132, 13) +
  leaf(62, 112, 16, 40, '#55a63a', '#2a661c');

const jam =
  `<rect width="86" height="108" fill="url(#dunnaby-jam)"/><rect width="86" height="23" fill="#f7f3f7"/>` +
  Array.from(
    { length: 15 },
    (_, index) => `<rect x="${num(index * 6)}" width="3" height="23" fill="#7b2d8e" opacity=".6"/>`,
  ).join('') +
  [2, 8, 14, 20].map((y) => `<rect y="${y}" width="86" height="3" fill="#7b2d8e" opacity=".55"/>`).join('') +
  `<ellipse cx="43" cy="68" rx="36" ry="30" fill="#fbf3dc"/><ellipse cx="43" cy="68" rx="33" ry="27" fill="none" stroke="#7b2d8e" stroke-width="1.2"/>` +
  text(43, 62, 14, 'Dunnaby', { font: 'serif', fill: '#4a1259', stretch: 0.74 }) +
  text(43, 71, 6.2, 'PLUM JAM', { fill: '#8c3b1d', spacing: 1 }) +
  [
    [30, 82],
    [43, 85],
    [56, 82],
  ]
    .map(
      ([x, y]) =>
        `<ellipse cx="${x}" cy="${y}" rx="6.4" ry="7" fill="#5b1a74"/><ellipse cx="${x! - 2}" cy="${y! - 2}" rx="1.6" ry="2.4" fill="#d7b1e8"/>`,
    )
    .join('') +
  leaf(49, 78, 10, 70, '#5f9c3c', '#35641d');

function chickpeas(): string {
  const random = createRandom(5);
  return Array.from({ length: 46 }, () => {
    const x = random.between(4, 72);
    const y = random.between(68, 96);
    return `<circle cx="${num(x)}" cy="${num(y)}" r="4.6" fill="#d9a34c" stroke="#9a6a22" stroke-width=".7"/><path d="M${num(x - 1)} ${num(y - 2)}q2 1.6 1 4" stroke="#9a6a22" stroke-width=".8" fill="none"/><circle cx="${num(x - 1.4)}" cy="${num(y - 1.6)}" r="1.2" fill="#fff" opacity=".55"/>`;
  }).join('');
}

const tinned =
  `<rect width="76" height="112" fill="#7d8b2a"/><rect width="76" height="60" fill="url(#hustavik-ground)"/>${chickpeas()}` +
  `<path d="M0 58Q38 72 76 58V66Q38 80 0 66Z" fill="#fff3cf"/>` +
  `<rect x="6" y="17" width="64" height="24" rx="3" fill="#fff3cf"/>` +
  text(38, 34.5, 15, 'Hustavik', { fill: '#39450e', stretch: 0.84 }) +
  text(38, 53, 10, 'Chickpeas', { fill: '#fff', font: 'serif', italic: true }) +
  text(38, 98, 5.4, '400 g', { fill: '#fff', outline: '#39450e', outlineWidth: 1.4 }) +
  smallPrint(10, 71, 26, 2, '#7d5a1d', 1.3);

/** Tomato passata, plum jam, tinned chickpeas. */
export const preserves: Product[] = [
  {
    slug: 'vezzorina-passata',
    brand: 'Vezzorina',
    name: 'Tomato Passata',
    form: 'jar',
    size: '500 g',
    widthMm: 78,
    heightMm: 178,
    depthMm: 78,
    tags: ['tomato', 'sauce'],
    artwork: jar('vezzorina-passata', 78, 178, 26, passata),
  },
  {
    slug: 'dunnaby-plum-jam',
    brand: 'Dunnaby',
    name: 'Plum Jam',
    form: 'jar',
    size: '340 g',
    widthMm: 86,
    heightMm: 108,
    depthMm: 86,
    tags: ['breakfast', 'jam'],
    artwork: jar(
      'dunnaby-plum-jam',
      86,
      108,
      23,
      jam,
      ['shade-round'],
      linear('dunnaby-jam', 'down', [
        [0, '#6b1f63'],
        [1, '#33092f'],
      ]),
    ),
  },
  {
    slug: 'hustavik-chickpeas',
    brand: 'Hustavik',
    name: 'Chickpeas in Water',
    form: 'tin',
    size: '400 g',
    widthMm: 76,
    heightMm: 112,
    depthMm: 76,
    tags: ['pulses', 'tins'],
    artwork: tin(
      'hustavik-chickpeas',
      76,
      112,
      tinned,
      linear('hustavik-ground', 'down', [
        [0, '#a9b83a'],
        [1, '#6d7a1f'],
      ]),
    ),
  },
];
