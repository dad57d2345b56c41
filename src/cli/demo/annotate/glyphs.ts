/**
 * Capitals, digits and what product names need beside them, as pen strokes on a grid 4 wide and 6 high (x to the right, y down,
 * y 6 is the base line). Each stroke is a run of two-digit points: "062046" goes from (0,6) over (2,0) to (4,6).
 *
 * Our own, because SVG text comes out as empty boxes on machines without fonts, which servers and containers usually are.
 */
const strokes: Record<string, string> = {
  A: '062046 1434',
  B: '0006 003041423303 3344453606',
  C: '4130100105163645',
  D: '00204244260600',
  E: '40000646 0333',
  F: '400006 0333',
  G: '41301001051636454323',
  H: '0006 4046 0343',
  I: '2026 1030 1636',
  J: '404536160504',
  K: '0006 4004 1346',
  L: '000646',
  M: '0600234046',
  N: '06004640',
  O: '103041453616050110',
  P: '0006 003041423303',
  Q: '103041453616050110 2446',
  R: '0006 003041423303 2346',
  S: '413010010213334445361605',
  T: '0040 2026',
  U: '000516364540',
  V: '002640',
  W: '0016233640',
  X: '0046 4006',
  Y: '002340 2326',
  Z: '00400646',
  0: '103041453616050110',
  1: '112026 1636',
  2: '01103041420646',
  3: '0110304142334445361605 1333',
  4: '36300444',
  5: '400003334445361605',
  6: '4130100105163645443303',
  7: '004016',
  8: '103041423313020110 1304051636454433',
  9: '0516364541301001021343',
  '%': '4006 0010110100 3545463635',
  '&': '4612112031320405162644',
  '-': '1333',
  '+': '2125 0343',
  '/': '4006',
  '(': '30212536',
  ')': '10232516',
  "'": '2021',
  '.': '2526',
  ',': '2617',
  ':': '2122 2526',
  '!': '2024 2626',
};

/** For a character that has no strokes here: a frame, as fonts do. */
const missing = '0040460600';

/** Grid units from one character to the next, a line of text to the next, and of a capital's height. */
export const glyphAdvance = 5.6;
export const lineAdvance = 9.5;
export const capHeight = 6;

/**
 * The path of a line of text for an SVG `d`, beginning at x, y (top left) with grid units of `unit` pixels. Accents are left
 * out, small letters become capitals.
 */
export function textPath(text: string, x: number, y: number, unit: number): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  return [...plain]
    .flatMap((character, index) => glyphPath(character, x + index * glyphAdvance * unit, y, unit))
    .join('');
}

function glyphPath(character: string, x: number, y: number, unit: number): string[] {
  if (character === ' ') return [];
  return (strokes[character] ?? missing).split(' ').map((stroke) => {
    const points = stroke.match(/../g)!.map((point) => {
      const [column, row] = [Number(point[0]), Number(point[1])];
      return `${(x + column * unit).toFixed(1)} ${(y + row * unit).toFixed(1)}`;
    });
    return `M${points.join('L')}`;
  });
}
