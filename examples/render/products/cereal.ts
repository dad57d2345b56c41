import { carton } from '../forms.ts';
import type { Product } from '../pack.ts';
import { createRandom } from '../random.ts';
import { linear, num, radial, smallPrint, star, text } from '../svg.ts';

const width = 190;
const height = 285;

function ring(x: number, y: number, radius: number, tilt: number): string {
  const flat = num(radius * 0.8);
  return (
    `<g transform="translate(${num(x)} ${num(y)}) rotate(${num(tilt)})">` +
    `<ellipse rx="${radius}" ry="${flat}" fill="none" stroke="#7d4310" stroke-width="${num(radius * 0.85)}"/>` +
    `<ellipse rx="${radius}" ry="${flat}" fill="none" stroke="#cf8a34" stroke-width="${num(radius * 0.65)}"/>` +
    `<ellipse cx="-.6" cy="-.8" rx="${radius}" ry="${flat}" fill="none" stroke="#f2c374" stroke-width="${num(radius * 0.22)}"/></g>`
  );
}

function bowlOfRings(): string {
  const random = createRandom(11);
  const rings = Array.from({ length: 60 }, () => {
    const angle = random.between(0, Math.PI * 2);
    const reach = Math.sqrt(random.between(0, 1));
    return ring(
      95 + Math.cos(angle) * reach * 62,
      176 + Math.sin(angle) * reach * 20 - 3,
      6.2,
      random.between(-70, 70),
    );
  });
  const falling = [
    [38, 132, 20],
    [62, 121, -30],
    [104, 126, 45],
    [135, 116, 10],
    [158, 134, -50],
    [84, 140, 70],
  ];
  return (
    `<ellipse cx="95" cy="262" rx="82" ry="9" fill="#7a2c00" opacity=".35"/>` +
    `<path d="M18 178C20 232 52 262 95 262S170 232 172 178Z" fill="url(#querrick-bowl)"/>` +
    `<path d="M30 205C44 212 146 212 160 205L157 214C140 220 50 220 33 214Z" fill="#ffd23e"/>` +
    `<ellipse cx="95" cy="178" rx="77" ry="27" fill="#143a7c"/><ellipse cx="95" cy="178" rx="72" ry="24" fill="#fffaf0"/>` +
    rings.join('') +
    falling.map(([x, y, tilt]) => ring(x!, y!, 7.5, tilt!)).join('')
  );
}

const rays = Array.from({ length: 18 }, (_, index) => {
  const from = (index * Math.PI) / 9;
  const to = from + Math.PI / 18;
  return `M95 178L${num(95 + 300 * Math.cos(from))} ${num(178 + 300 * Math.sin(from))}L${num(95 + 300 * Math.cos(to))} ${num(178 + 300 * Math.sin(to))}Z`;
}).join('');

const art =
  `<rect width="${width}" height="${height}" fill="url(#querrick-sun)"/><path d="${rays}" fill="#fff" opacity=".16"/>` +
  bowlOfRings() +
  `<g transform="rotate(-6 95 62)"><path d="M6 34Q95 10 184 34V92Q95 70 6 92Z" fill="#17357a"/>` +
  `<path d="M6 34Q95 10 184 34V39Q95 15 6 39ZM6 87Q95 65 184 87V92Q95 70 6 92Z" fill="#ffd23e"/>` +
  text(95, 68, 37, 'Querrick', { fill: '#fff', italic: true, stretch: 0.94, outline: '#0b1d4a', outlineWidth: 4 }) +
  '</g>' +
  text(95, 110, 19, 'OAT RINGS', { fill: '#fff', outline: '#a13a00', outlineWidth: 4, spacing: 1.5 }) +
  `<path d="${star(160, 244, 25, 20, 14)}" fill="#c8102e"/>` +
  text(160, 243, 10, 'WHOLE', { fill: '#fff', stretch: 0.85 }) +
  text(160, 253, 10, 'GRAIN', { fill: '#fff', stretch: 0.85 }) +
  text(12, 277, 9, '375 g', { fill: '#5a2100', anchor: 'start' }) +
  text(12, 16, 6.5, 'baked with honey & sea salt', { fill: '#7a2c00', anchor: 'start' }) +
  smallPrint(58, 271, 60, 3, '#7a2c00', 2);

const defs =
  radial('querrick-sun', 0.5, 0.6, 0.75, [
    [0, '#ffe27a'],
    [0.5, '#fba51c'],
    [1, '#e86a06'],
  ]) +
  linear('querrick-bowl', 'across', [
    [0, '#0e2a62'],
    [0.3, '#3d74d6'],
    [1, '#0c2556'],
  ]);

/** A tall cereal carton, orange and blue. */
export const cereals: Product[] = [
  {
    slug: 'querrick-oat-rings',
    brand: 'Querrick',
    name: 'Oat Rings',
    form: 'carton',
    size: '375 g',
    widthMm: width,
    heightMm: height,
    depthMm: 62,
    tags: ['breakfast', 'cereal'],
    artwork: carton('querrick-oat-rings', width, height, art, { side: '#d9660a', top: '#f3a93c' }, defs),
  },
];
