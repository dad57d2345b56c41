import { carton } from '../forms.ts';
import type { Product } from '../pack.ts';
import { leaf, linear, num, radial, smallPrint, text } from '../svg.ts';

const width = 148;
const height = 88;

/** One flavour: the same artwork in another hue, as sister products are. */
interface Flavour {
  slug: string;
  name: string;
  words: [string, string];
  dark: string;
  bright: string;
  pale: string;
  tea: string;
  picture: string;
  tags: string[];
}

function cup(flavour: Flavour): string {
  return (
    `<ellipse cx="112" cy="79" rx="30" ry="4.6" fill="#000" opacity=".22"/><ellipse cx="112" cy="76" rx="28" ry="4.6" fill="#fff"/>` +
    `<ellipse cx="112" cy="75.2" rx="22" ry="3" fill="#d9d4c8"/>` +
    `<path d="M91 47Q92 74 112 74T133 47Z" fill="url(#${flavour.slug}-cup)"/>` +
    `<path d="M132 51q11-1 9 8q-3 8-13 7" fill="none" stroke="#f4f1ea" stroke-width="3.4"/>` +
    `<ellipse cx="112" cy="47" rx="21" ry="5" fill="#fff"/><ellipse cx="112" cy="47.4" rx="18.5" ry="3.9" fill="${flavour.tea}"/>` +
    `<path d="M106 38q-4-5 0-9t0-9M117 38q-4-5 0-9t0-9" fill="none" stroke="#fff" stroke-width="2" opacity=".75" stroke-linecap="round"/>`
  );
}

function artwork(flavour: Flavour): string {
  const weave = Array.from({ length: 30 }, (_, index) => `M${num(index * 5)} 0l-4 4l4 4`).join('');
  return (
    `<rect width="${width}" height="${height}" fill="url(#${flavour.slug}-ground)"/>` +
    `<rect width="${width}" height="8" fill="${flavour.bright}"/><path d="${weave}" fill="none" stroke="#fff" stroke-opacity=".55" stroke-width="1"/>` +
    `<path d="M0 88V70Q40 54 84 68T148 62V88Z" fill="${flavour.bright}" opacity=".55"/>` +
    flavour.picture +
    cup(flavour) +
    text(9, 29, 17, 'Wimborel', { font: 'serif', italic: true, fill: '#fff', anchor: 'start', stretch: 0.94 }) +
    `<path d="M9 33h74" stroke="#e9c667" stroke-width="1.2"/>` +
    text(9, 47, 12, flavour.words[0], { fill: flavour.pale, anchor: 'start', stretch: 0.8 }) +
    text(9, 58, 7.4, flavour.words[1], { fill: '#fff', anchor: 'start', weight: 'normal' }) +
    text(9, 83, 5.4, '20 tea bags', { fill: '#fff', anchor: 'start' }) +
    smallPrint(50, 80, 28, 2, '#ffffff', 1.5)
  );
}

function product(flavour: Flavour): Product {
  const defs =
    linear(`${flavour.slug}-ground`, 'down', [
      [0, flavour.bright],
      [0.4, flavour.dark],
      [1, flavour.dark],
    ]) +
    radial(`${flavour.slug}-cup`, 0.35, 0.3, 0.8, [
      [0, '#ffffff'],
      [1, '#cfc8b8'],
    ]);
  return {
    slug: flavour.slug,
    brand: 'Wimborel',
    name: flavour.name,
    form: 'carton',
    size: '20 bags',
    widthMm: width,
    heightMm: height,
    depthMm: 66,
    tags: ['tea', ...flavour.tags],
    artwork: carton(flavour.slug, width, height, artwork(flavour), { side: flavour.dark, top: flavour.bright }, defs),
  };
}

const mintLeaves = [
  [64, 70, 20, -60],
  [70, 78, 22, -20],
  [80, 76, 20, 35],
  [60, 82, 18, -95],
  [86, 82, 17, 70],
]
  .map(([x, y, length, turn]) => leaf(x!, y!, length!, turn!, '#7ed957', '#1c6b2a'))
  .join('');

const rosehips = [
  [66, 70, 0],
  [76, 76, 25],
  [58, 78, -20],
  [84, 68, 15],
]
  .map(
    ([x, y, turn]) =>
      `<g transform="translate(${x} ${y}) rotate(${turn})"><ellipse rx="5" ry="6.4" fill="#e8362c"/><ellipse cx="-1.6" cy="-2" rx="1.4" ry="2.2" fill="#fff" opacity=".6"/>` +
      `<path d="M-2.4-6l2.4-3.4l2.4 3.4M0-6v-4" stroke="#3c5a1e" stroke-width="1.1" fill="none"/></g>`,
  )
  .join('');

/** Two sister cartons of one brand that differ in hue and picture. */
export const teas: Product[] = [
  product({
    slug: 'wimborel-mint-tea',
    name: 'Garden Mint Tea',
    words: ['GARDEN MINT', 'herbal infusion'],
    dark: '#0f5132',
    bright: '#2f9e5b',
    pale: '#c8f7b0',
    tea: '#b9c64a',
    picture: mintLeaves,
    tags: ['mint'],
  }),
  product({
    slug: 'wimborel-rosehip-tea',
    name: 'Wild Rosehip Tea',
    words: ['WILD ROSEHIP', 'fruit infusion'],
    dark: '#8a1048',
    bright: '#e0457f',
    pale: '#ffd9e6',
    tea: '#b32035',
    picture: rosehips,
    tags: ['rosehip'],
  }),
];
