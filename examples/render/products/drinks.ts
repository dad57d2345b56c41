import { bottle, can } from '../forms.ts';
import { type Product, shadedPack } from '../pack.ts';
import { leaf, linear, num, radial, smallPrint, text } from '../svg.ts';

function lemonSlice(x: number, y: number, radius: number, turn: number): string {
  const wedges = Array.from({ length: 8 }, (_, index) => {
    const a = (index * Math.PI) / 4 + 0.09;
    const b = a + Math.PI / 4 - 0.18;
    const reach = radius * 0.78;
    return `M${num(2 * Math.cos(a + 0.3))} ${num(2 * Math.sin(a + 0.3))}L${num(reach * Math.cos(a))} ${num(reach * Math.sin(a))}A${num(reach)} ${num(reach)} 0 0 1 ${num(reach * Math.cos(b))} ${num(reach * Math.sin(b))}Z`;
  }).join('');
  return (
    `<g transform="translate(${x} ${y}) rotate(${turn})"><circle r="${radius}" fill="#f5c400"/><circle r="${num(radius * 0.9)}" fill="#fffbe0"/>` +
    `<path d="${wedges}" fill="#ffe033"/></g>`
  );
}

const lemonSoda =
  `<rect width="66" height="122" fill="url(#pondello-ground)"/>` +
  lemonSlice(14, 92, 19, 12) +
  lemonSlice(52, 100, 16, -20) +
  lemonSlice(58, 26, 13, 30) +
  `<path d="M-4 70L70 34V60L-4 96Z" fill="#fff"/><path d="M-4 70L70 34V37L-4 73ZM-4 93L70 57V60L-4 96Z" fill="#ffd500"/>` +
  text(34, 70.5, 14.5, 'Pondello', { fill: '#0a55b5', italic: true, rotate: -26, stretch: 0.86 }) +
  text(20, 24, 9, 'LEMON', { fill: '#fff', outline: '#0a4191', outlineWidth: 1.6 }) +
  text(20, 33, 7, 'SODA', { fill: '#ffe45c', spacing: 1.2 }) +
  text(50, 82, 5, '330 ml', { fill: '#0a3b86' }) +
  [
    [10, 50],
    [22, 58],
    [46, 88],
    [34, 112],
    [8, 66],
  ]
    .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="1.8" fill="#fff" opacity=".55"/>`)
    .join('');

const mountains =
  `<path d="M0 196L16 172L26 184L42 158L58 182L68 168L82 192V216H0Z" fill="#dff1fa"/>` +
  `<path d="M42 158L58 182L52 180L46 186L40 176L33 183L30 176ZM16 172L22 179L17 181L12 178ZM68 168L74 178L68 180L64 173Z" fill="#fff"/>` +
  `<path d="M0 206Q20 196 41 206T82 204V226H0Z" fill="#1d6fb8"/><path d="M0 214Q24 204 46 214T82 212V226H0Z" fill="#12549a"/>`;

const water =
  `<rect width="82" height="300" fill="#bfe2f2" opacity=".72"/><rect x="22" y="0" width="38" height="24" fill="#0b57b3"/>` +
  Array.from(
    { length: 12 },
    (_, index) => `<path d="M${num(24 + index * 3.1)} 2v18" stroke="#06377a" stroke-width=".8"/>`,
  ).join('') +
  `<rect x="20" y="23" width="42" height="4" fill="#0a4794"/><path d="M0 100Q41 106 82 100" stroke="#fff" stroke-opacity=".7" stroke-width="2" fill="none"/>` +
  [252, 264, 276]
    .map(
      (y) =>
        `<path d="M0 ${y}Q41 ${y + 7} 82 ${y}" stroke="#5f9fc4" stroke-opacity=".55" stroke-width="2.4" fill="none"/>`,
    )
    .join('') +
  `<rect y="118" width="82" height="122" fill="#fff"/><rect y="118" width="82" height="44" fill="url(#kirrawen-sky)"/>` +
  `<rect y="150" width="82" height="30" fill="#8fcbea"/>${mountains}` +
  text(41, 141, 15.5, 'Kirrawen', { fill: '#fff', font: 'serif', stretch: 0.92 }) +
  text(41, 152, 6, 'SPRING WATER', { fill: '#fff' }) +
  text(41, 234, 8, 'still · 1 l', { fill: '#12549a' }) +
  `<path d="M12 40Q8 80 6 110" stroke="#fff" stroke-opacity=".8" stroke-width="3" fill="none"/>`;

const skovlieOutline = 'M12 0H82V16L92 58V233Q92 235 90 235H2Q0 235 0 233V58L12 16Z';

function orange(x: number, y: number, radius: number): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="url(#skovlie-orange)"/><circle cx="${num(x - radius * 0.35)}" cy="${num(y - radius * 0.4)}" r="${num(radius * 0.22)}" fill="#fff" opacity=".55"/>`;
}

const juice =
  `<rect width="92" height="235" fill="#fdfcf7"/><path d="M12 0H82V16H12Z" fill="#e9e6dc"/><path d="M12 5H82M12 10H82" stroke="#b9b4a6" stroke-width="1"/>` +
  `<path d="M12 16H82L92 58H0Z" fill="#f68b1f"/><path d="M12 16L30 58H62L82 16Z" fill="#fff" opacity=".22"/><path d="M0 58H92" stroke="#b85c05" stroke-width="1.2"/>` +
  `<circle cx="60" cy="38" r="10" fill="#3f8f2f"/><circle cx="60" cy="38" r="7.6" fill="#58ad42"/>` +
  text(46, 88, 21, 'Skovlie', { fill: '#2d7a24', font: 'serif', italic: true, stretch: 0.98 }) +
  `<path d="M8 94Q46 102 84 94" stroke="#f68b1f" stroke-width="2" fill="none"/>` +
  text(46, 112, 11.4, 'ORANGE', { fill: '#e86b00', spacing: 1 }) +
  text(46, 122, 6.2, '100 % pressed juice', { fill: '#555', weight: 'normal', stretch: 0.92 }) +
  `<path d="M0 182Q30 168 54 178T92 170V235H0Z" fill="#f9a11b"/>` +
  orange(30, 168, 25) +
  orange(68, 182, 21) +
  leaf(34, 146, 22, 40, '#4ca63a', '#1f5c18') +
  leaf(28, 147, 18, -35, '#3c8f2d', '#1f5c18') +
  lemonSlice(24, 208, 15, 10).replaceAll('#f5c400', '#ef7d00').replaceAll('#ffe033', '#ffb02e') +
  text(66, 224, 9, '1 litre', { fill: '#fff' }) +
  smallPrint(46, 210, 34, 2, '#b85c05', 1.6);

/** Soda in a can, water in a clear bottle, juice in a gable-topped carton. */
export const drinks: Product[] = [
  {
    slug: 'pondello-lemon-soda',
    brand: 'Pondello',
    name: 'Lemon Soda',
    form: 'can',
    size: '330 ml',
    widthMm: 66,
    heightMm: 122,
    depthMm: 66,
    tags: ['drinks', 'soda'],
    artwork: can(
      'pondello-lemon-soda',
      66,
      122,
      lemonSoda,
      linear('pondello-ground', 'down', [
        [0, '#1380e0'],
        [0.6, '#37b0f2'],
        [1, '#0b5bbd'],
      ]),
    ),
  },
  {
    slug: 'kirrawen-spring-water',
    brand: 'Kirrawen',
    name: 'Spring Water Still',
    form: 'bottle',
    size: '1 l',
    widthMm: 82,
    heightMm: 300,
    depthMm: 82,
    tags: ['drinks', 'water'],
    artwork: bottle(
      'kirrawen-spring-water',
      82,
      300,
      38,
      24,
      100,
      water,
      linear('kirrawen-sky', 'down', [
        [0, '#0b4fa0'],
        [1, '#3d96d6'],
      ]),
    ),
  },
  {
    slug: 'skovlie-orange-juice',
    brand: 'Skovlie',
    name: 'Pressed Orange Juice',
    form: 'gable carton',
    size: '1 l',
    widthMm: 92,
    heightMm: 235,
    depthMm: 92,
    tags: ['drinks', 'juice'],
    artwork: shadedPack(
      'skovlie-orange-juice',
      skovlieOutline,
      juice,
      ['shade-flat', 'shade-tall'],
      radial('skovlie-orange', 0.4, 0.35, 0.7, [
        [0, '#ffc24a'],
        [0.6, '#f68b1f'],
        [1, '#c75a00'],
      ]),
    ),
  },
];
