import { bottle, carton } from '../forms.ts';
import type { Product } from '../pack.ts';
import { linear, num, text } from '../svg.ts';

function bubble(x: number, y: number, radius: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="#fff" fill-opacity=".35" stroke="#fff" stroke-width="1"/><circle cx="${num(x - radius * 0.35)}" cy="${num(y - radius * 0.35)}" r="${num(radius * 0.25)}" fill="#fff"/>`;
}

const dishSoap =
  `<rect width="88" height="240" fill="url(#lathwenna-gel)"/><rect x="24" width="40" height="34" fill="#fdfdfd"/>` +
  Array.from(
    { length: 10 },
    (_, index) => `<path d="M${num(26 + index * 4)} 3v28" stroke="#b9c4c6" stroke-width="1"/>`,
  ).join('') +
  `<rect x="20" y="33" width="48" height="5" fill="#d9e2e3"/>` +
  `<path d="M6 112Q6 98 44 98T82 112V206Q82 222 44 222T6 206Z" fill="#fff"/>` +
  `<path d="M6 168Q30 156 48 166T82 160V206Q82 222 44 222T6 206Z" fill="#10b3a3"/>` +
  `<path d="M6 160Q30 148 48 158T82 152V162Q66 160 48 168T6 172Z" fill="#c6e91e"/>` +
  text(44, 130, 16.5, 'Lathwenna', { fill: '#067d77', stretch: 0.74 }) +
  text(44, 142, 7, 'dish liquid', { fill: '#3a8f12', weight: 'normal' }) +
  bubble(24, 188, 9) +
  bubble(42, 200, 7) +
  bubble(60, 184, 11) +
  bubble(70, 204, 5) +
  bubble(34, 176, 4) +
  text(44, 217, 6.5, '500 ml', { fill: '#fff' });

const swirl =
  `<path d="M100 216C36 216 14 160 44 124S142 92 160 138S122 204 92 186S74 138 104 140S128 168 108 168" fill="none" stroke="#fff" stroke-width="15" stroke-linecap="round"/>` +
  `<path d="M100 216C36 216 14 160 44 124S142 92 160 138S122 204 92 186S74 138 104 140S128 168 108 168" fill="none" stroke="#ffb400" stroke-width="7" stroke-linecap="round"/>`;

const washingPowder =
  `<rect width="200" height="250" fill="url(#wexarno-ground)"/>${swirl}` +
  `<path d="M0 22H200V86L0 104Z" fill="#fff"/><path d="M0 104L200 86V92L0 110Z" fill="#e3162b"/>` +
  text(100, 74, 43, 'Wexarno', { fill: '#0b2f9b', stretch: 0.9 }) +
  text(192, 241, 12.5, 'COLOUR CARE', { fill: '#fff', anchor: 'end' }) +
  text(12, 240, 9, '24 washes', { fill: '#cfe0ff', anchor: 'start' });

/** Dish soap of the catalogue. */
export const household: Product[] = [
  {
    slug: 'lathwenna-dish-liquid',
    brand: 'Lathwenna',
    name: 'Dish Liquid Lime',
    form: 'bottle',
    size: '500 ml',
    widthMm: 88,
    heightMm: 240,
    depthMm: 60,
    tags: ['household', 'cleaning'],
    artwork: bottle(
      'lathwenna-dish-liquid',
      88,
      240,
      40,
      36,
      82,
      dishSoap,
      linear('lathwenna-gel', 'down', [
        [0, '#3fd8c6'],
        [1, '#0a8f89'],
      ]),
    ),
  },
];

/** On the shelves only: no catalogue entry. */
export const washingPowderBox: Product = {
  slug: 'wexarno-colour-powder',
  brand: 'Wexarno',
  name: 'Colour Washing Powder',
  form: 'carton',
  size: '24 washes',
  widthMm: 200,
  heightMm: 250,
  depthMm: 80,
  tags: ['household', 'laundry'],
  artwork: carton(
    'wexarno-colour-powder',
    200,
    250,
    washingPowder,
    { side: '#0a2a80', top: '#3a62d8' },
    linear('wexarno-ground', 'down', [
      [0, '#2450d0'],
      [1, '#0a1f74'],
    ]),
  ),
};
