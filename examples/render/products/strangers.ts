import { bottle, can, carton, jar } from '../forms.ts';
import type { Product } from '../pack.ts';
import { linear, num, smallPrint, text } from '../svg.ts';
import { pastaBag } from './bags.ts';
import { washingPowderBox } from './household.ts';

const cola =
  `<rect width="66" height="122" fill="#efe9dc"/><path d="M0 92C20 60 46 116 66 74V90C48 126 22 76 0 108Z" fill="#d4142a"/><path d="M0 88C20 56 46 112 66 70V74C46 116 20 60 0 92Z" fill="#7d0f1c"/>` +
  text(36, 50, 13.2, 'Torvanto', { fill: '#7d0f1c', italic: true, rotate: -90, stretch: 1.02 }) +
  text(55, 34, 8, 'COLA', { fill: '#2a1a1a', rotate: -90 });

const honeycomb = Array.from({ length: 30 }, (_, index) => {
  const x = (index % 6) * 15 + (Math.floor(index / 6) % 2) * 7.5;
  const y = 40 + Math.floor(index / 6) * 13;
  return `M${num(x)} ${y}l6.5 3.7v7.4l-6.5 3.7l-6.5-3.7v-7.4Z`;
}).join('');

const honey =
  `<rect width="80" height="112" fill="url(#ambrelind-amber)"/><rect width="80" height="22" fill="#2c2116"/><path d="${honeycomb}" fill="none" stroke="#fff0b5" stroke-opacity=".5" stroke-width="1.2"/>` +
  `<path d="M12 52L40 38L68 52V86L40 100L12 86Z" fill="#fff8e1" stroke="#8a5a0a" stroke-width="1.6"/>` +
  text(40, 68, 10.4, 'Ambrelind', { font: 'serif', fill: '#6b3f00', stretch: 0.86 }) +
  text(40, 78, 6.4, 'HONEY', { fill: '#b97708', spacing: 1.4 }) +
  `<ellipse cx="40" cy="88" rx="4.6" ry="3" fill="#f2b705" stroke="#2c2116"/><path d="M38 85.4v5.2M41 85.4v5.2" stroke="#2c2116" stroke-width="1.2"/><ellipse cx="37" cy="84" rx="3.4" ry="1.6" fill="#cfe6ef" transform="rotate(28 37 84)"/>`;

const ketchup =
  `<rect width="72" height="205" fill="#bd1414"/><rect x="20" width="32" height="32" fill="#f5f5f2"/><path d="M20 24h32M20 28h32" stroke="#b9b9b3" stroke-width="1.2"/>` +
  `<path d="M8 92Q36 82 64 92V170Q36 182 8 170Z" fill="#f6e7c4"/><path d="M8 92Q36 82 64 92V100Q36 90 8 100Z" fill="#2c6b2f"/>` +
  text(36, 122, 13, 'Cantorvo', { fill: '#a50f0f', stretch: 0.72, font: 'serif' }) +
  text(36, 134, 7, 'KETCHUP', { fill: '#2c6b2f', spacing: 0.8 }) +
  `<circle cx="36" cy="154" r="13" fill="#df2a1b"/><path d="M28 144q8-6 16 0l-8 4Z" fill="#2c6b2f"/>`;

const crispbread =
  `<rect width="205" height="84" fill="#f0b01c"/><rect width="205" height="15" fill="#12294f"/><rect y="72" width="205" height="12" fill="#12294f"/>` +
  `<g transform="rotate(-4 102 44)"><rect x="16" y="21" width="173" height="46" rx="4" fill="#c98b3c" stroke="#7c4d14" stroke-width="1.8"/>` +
  Array.from(
    { length: 72 },
    (_, index) =>
      `<circle cx="${num(24 + (index % 18) * 9.2)}" cy="${num(27 + Math.floor(index / 18) * 11)}" r="1.8" fill="#7c4d14"/>`,
  ).join('') +
  '</g>' +
  `<path d="M36 30Q102 18 169 30V56Q102 66 36 56Z" fill="#12294f"/>` +
  text(102, 50, 23, 'Arkelvik', { fill: '#fff', stretch: 0.94 }) +
  text(102, 81, 8.4, 'RYE CRISPBREAD', { fill: '#f2b61f', spacing: 1 }) +
  smallPrint(10, 6, 40, 2, '#9fb2d4', 1.5);

/** Products that stand on the shelves and are in no catalogue: what a task must leave unnamed. */
export const strangers: Product[] = [
  washingPowderBox,
  pastaBag,
  {
    slug: 'torvanto-cola',
    brand: 'Torvanto',
    name: 'Cola',
    form: 'can',
    size: '330 ml',
    widthMm: 66,
    heightMm: 122,
    depthMm: 66,
    tags: ['drinks', 'soda'],
    artwork: can('torvanto-cola', 66, 122, cola),
  },
  {
    slug: 'ambrelind-honey',
    brand: 'Ambrelind',
    name: 'Blossom Honey',
    form: 'jar',
    size: '350 g',
    widthMm: 80,
    heightMm: 112,
    depthMm: 80,
    tags: ['breakfast', 'honey'],
    artwork: jar(
      'ambrelind-honey',
      80,
      112,
      22,
      honey,
      ['shade-round'],
      linear('ambrelind-amber', 'down', [
        [0, '#f7b733'],
        [1, '#a85b00'],
      ]),
    ),
  },
  {
    slug: 'cantorvo-ketchup',
    brand: 'Cantorvo',
    name: 'Ketchup',
    form: 'bottle',
    size: '450 ml',
    widthMm: 72,
    heightMm: 205,
    depthMm: 50,
    tags: ['sauce'],
    artwork: bottle('cantorvo-ketchup', 72, 205, 32, 30, 74, ketchup),
  },
  {
    slug: 'arkelvik-crispbread',
    brand: 'Arkelvik',
    name: 'Rye Crispbread',
    form: 'carton',
    size: '250 g',
    widthMm: 205,
    heightMm: 84,
    depthMm: 60,
    tags: ['bread'],
    artwork: carton('arkelvik-crispbread', 205, 84, crispbread, { side: '#0b1b36', top: '#223f74' }),
  },
];
