import { pouch } from '../forms.ts';
import { type Product, shadedPack } from '../pack.ts';
import { createRandom } from '../random.ts';
import { linear, num, radial, smallPrint, star, text } from '../svg.ts';

function crisp(x: number, y: number, size: number, turn: number): string {
  return (
    `<g transform="translate(${num(x)} ${num(y)}) rotate(${num(turn)}) scale(${num(size / 10)})">` +
    `<path d="M-10 0C-9-7 8-8 10-1C11 6-8 8-10 0Z" fill="#e9a825" stroke="#a86208" stroke-width=".9"/>` +
    `<path d="M-7-1C-4-4 4-5 7-2" stroke="#ffe08a" stroke-width="1.6" fill="none" stroke-linecap="round"/><circle cx="-2" cy="2" r="1" fill="#c4520c"/><circle cx="4" cy="1.4" r=".8" fill="#c4520c"/><circle cx="1" cy="-1" r=".6" fill="#c4520c"/></g>`
  );
}

function pileOfCrisps(): string {
  const random = createRandom(23);
  const crisps = Array.from({ length: 44 }, (_, index) => {
    const row = Math.floor(index / 11);
    return crisp(
      14 + (index % 11) * 15.5 + random.between(-5, 5),
      196 + row * 13 + random.between(-5, 5),
      15,
      random.between(-60, 60),
    );
  });
  return crisps.join('');
}

const paprika = `<path d="M34 158q-6-12 4-16t12 0t12 2t2 16q-2 18-14 19t-16-21Z" fill="#f1331f"/><path d="M40 148q4-6 9 0M44 144q-2-8 5-11" stroke="#2f7d2a" stroke-width="3.4" fill="none" stroke-linecap="round"/><path d="M39 155q-1 8 4 14" stroke="#ffb3a0" stroke-width="2.4" fill="none" stroke-linecap="round"/>`;

const crisps =
  `<rect width="185" height="262" fill="url(#chazwick-ground)"/><path d="${star(92, 92, 96, 62, 18)}" fill="#ffd21f"/><path d="${star(92, 92, 84, 58, 18)}" fill="#ffea7d"/>` +
  `<g transform="rotate(-8 92 88)"><rect x="4" y="62" width="177" height="48" rx="12" fill="#151515"/><rect x="7" y="65" width="171" height="42" rx="10" fill="none" stroke="#ffd21f" stroke-width="1.6"/>` +
  text(92, 98, 36, 'Chazwick', { fill: '#fff', stretch: 0.86, italic: true }) +
  '</g>' +
  text(116, 140, 18, 'PAPRIKA', { fill: '#fff', outline: '#8c0d12', outlineWidth: 4 }) +
  text(116, 156, 10.5, 'ridged crisps', { fill: '#ffd21f', outline: '#8c0d12', outlineWidth: 2 }) +
  paprika +
  pileOfCrisps() +
  text(158, 34, 10, '175 g', { fill: '#fff', outline: '#8c0d12', outlineWidth: 3 });

function beans(): string {
  const random = createRandom(31);
  return Array.from({ length: 34 }, () => {
    const x = random.between(3, 82);
    const y = random.between(128, 164);
    return `<g transform="translate(${num(x)} ${num(y)}) rotate(${num(random.between(0, 180))})"><ellipse rx="6" ry="4.2" fill="#5b341b" stroke="#26130a" stroke-width=".7"/><path d="M-5 .6Q0-2.2 5 .6" stroke="#26130a" stroke-width="1" fill="none"/><ellipse cx="-1.4" cy="-2" rx="2.2" ry=".7" fill="#b98a60" opacity=".8"/></g>`;
  }).join('');
}

const coffee =
  `<rect width="86" height="172" fill="#1b1412"/><path d="M0 0H86V15H0Z" fill="#c79a38"/><path d="M0 5H86M0 10H86" stroke="#fff3bf" stroke-opacity=".6" stroke-width="1"/><path d="M6 15L18 30H68L80 15Z" fill="#000" opacity=".35"/>` +
  `<rect y="66" width="86" height="34" fill="#7c1224"/><path d="M0 64h86v2.4H0ZM0 99.6h86v2.4H0Z" fill="#d9b355"/>` +
  `<circle cx="43" cy="46" r="15.5" fill="#d9b355"/><circle cx="43" cy="46" r="13.6" fill="#1b1412"/><path d="M35 44h14q0 9-7 9t-7-9ZM49 45q5 0 3 4q-1 2-4 2M39 41q-2-2 0-4t0-4M45 41q-2-2 0-4t0-4" fill="none" stroke="#f0d58a" stroke-width="1.6"/>` +
  text(43, 88.5, 18.5, 'Kolvaro', { font: 'serif', fill: '#fff3cf', stretch: 0.94 }) +
  text(43, 112, 7.4, 'DARK ROAST', { fill: '#d9b355', spacing: 0.8 }) +
  text(43, 121, 5.6, 'ground coffee · 500 g', { fill: '#fff', weight: 'normal', stretch: 0.9 }) +
  beans() +
  `<path d="M3 15V172M83 15V172" stroke="#fff" stroke-opacity=".16" stroke-width="1.4"/>`;

const coffeeOutline = 'M3 0H83L84 15L86 24V169Q86 172 83 172H3Q0 172 0 169V24L2 15Z';

const pennePieces = Array.from({ length: 42 }, (_, index) => {
  const x = 22 + (index % 6) * 21 + (index % 2) * 4;
  const y = 130 + Math.floor(index / 6) * 13;
  return `<g transform="translate(${x} ${y}) rotate(${(index * 53) % 180})"><rect x="-11" y="-3.6" width="22" height="7.2" rx="1.4" fill="#f1c95c" stroke="#b5851e" stroke-width=".9"/><path d="M-9-1h18M-9 1.4h18" stroke="#d7a63a" stroke-width=".8"/></g>`;
}).join('');

const pasta =
  `<rect width="150" height="245" fill="#0d3f8f"/><rect x="16" y="120" width="118" height="104" rx="12" fill="#e7b94a"/><clipPath id="orzabella-window"><rect x="16" y="120" width="118" height="104" rx="12"/></clipPath><g clip-path="url(#orzabella-window)">${pennePieces}</g>` +
  `<rect x="16" y="120" width="118" height="104" rx="12" fill="none" stroke="#fff" stroke-width="2"/><path d="M24 134q30-14 60-8" stroke="#fff" stroke-opacity=".7" stroke-width="4" fill="none"/>` +
  `<path d="M0 30Q75 6 150 30V86Q75 66 0 86Z" fill="#f4f4ef"/>` +
  text(75, 64, 23, 'Orzabella', { font: 'serif', italic: true, fill: '#c01f2b', stretch: 0.92 }) +
  text(75, 104, 12.6, 'PENNE', { fill: '#fff', spacing: 3 }) +
  text(75, 114, 6.4, 'durum wheat pasta', { fill: '#cfe0ff', weight: 'normal' }) +
  smallPrint(22, 229, 50, 1, '#cfe0ff', 1.6);

/** Crisps and coffee, both in the catalogue. */
export const bags: Product[] = [
  {
    slug: 'chazwick-paprika-crisps',
    brand: 'Chazwick',
    name: 'Ridged Crisps Paprika',
    form: 'bag',
    size: '175 g',
    widthMm: 185,
    heightMm: 262,
    depthMm: 70,
    tags: ['snacks', 'crisps'],
    artwork: pouch(
      'chazwick-paprika-crisps',
      185,
      262,
      15,
      crisps,
      radial('chazwick-ground', 0.5, 0.4, 0.75, [
        [0, '#f0372b'],
        [1, '#a10c14'],
      ]),
    ),
  },
  {
    slug: 'kolvaro-dark-roast',
    brand: 'Kolvaro',
    name: 'Dark Roast Ground Coffee',
    form: 'vacuum brick',
    size: '500 g',
    widthMm: 86,
    heightMm: 172,
    depthMm: 60,
    tags: ['coffee'],
    artwork: shadedPack(
      'kolvaro-dark-roast',
      coffeeOutline,
      coffee,
      ['shade-soft', 'kolvaro-foil'],
      linear('kolvaro-foil', 'down', [
        [0, '#fff', 0.2],
        [0.12, '#fff', 0],
        [0.5, '#fff', 0.06],
        [1, '#000', 0.3],
      ]),
    ),
  },
];

/** On the shelves only: no catalogue entry. */
export const pastaBag: Product = {
  slug: 'orzabella-penne',
  brand: 'Orzabella',
  name: 'Penne',
  form: 'bag',
  size: '500 g',
  widthMm: 150,
  heightMm: 245,
  depthMm: 60,
  tags: ['pasta'],
  artwork: pouch('orzabella-penne', 150, 245, 13, pasta),
};
