import { type Artwork, rectPath, shadedPack } from './pack.ts';
import { num } from './svg.ts';

/** A folding carton: flat faces, a glued flap along the top, bright worn edges. */
export function carton(
  slug: string,
  width: number,
  height: number,
  art: string,
  faces: { side: string; top: string },
  defs = '',
): Artwork {
  const seam = `<path d="M0 ${num(height * 0.012)}H${width}" stroke="#000" stroke-opacity=".25" stroke-width=".8"/>`;
  const edge = `<path d="M.4 0V${height}M${num(width - 0.4)} 0V${height}" stroke="#fff" stroke-opacity=".4" stroke-width=".8"/>`;
  const outline = rectPath(0, 0, width, height);
  return { ...shadedPack(slug, outline, art + seam + edge, ['shade-flat', 'shade-tall'], defs), faces };
}

/** A drinks can: drawn-in neck and foot of bare metal, printed body between them. */
export function can(slug: string, width: number, height: number, art: string, defs = ''): Artwork {
  const inset = width * 0.1;
  const neck = height * 0.075;
  const foot = height * 0.05;
  const w = num;
  const outline =
    `M${w(inset)} 1.6Q${w(width / 2)} -1.2 ${w(width - inset)} 1.6L${w(width - inset)} 3L${w(width)} ${w(neck + 2)}` +
    `V${w(height - foot)}L${w(width - inset)} ${w(height - 1)}Q${w(width / 2)} ${w(height + 1)} ${w(inset)} ${w(height - 1)}` +
    `L0 ${w(height - foot)}V${w(neck + 2)}L${w(inset)} 3Z`;
  const print = `<g clip-path="url(#${slug}-print)">${art}</g>`;
  const ends =
    `<rect width="${width}" height="${height}" fill="url(#metal)"/>${print}` +
    `<path d="M${w(inset)} 3Q${w(width / 2)} 7 ${w(width - inset)} 3" fill="none" stroke="#555" stroke-width=".7"/>`;
  const clip = `<clipPath id="${slug}-print"><path d="M0 ${w(neck)}Q${w(width / 2)} ${w(neck + 3)} ${w(width)} ${w(neck)}V${w(height - foot)}Q${w(width / 2)} ${w(height - foot + 3)} 0 ${w(height - foot)}Z"/></clipPath>`;
  return shadedPack(slug, outline, ends, ['shade-round'], clip + defs);
}

/** A food tin: rims above and below, ribs in the bare metal, a paper label around. */
export function tin(slug: string, width: number, height: number, art: string, defs = ''): Artwork {
  const rim = height * 0.035;
  const label = height * 0.09;
  const outline = `M0 ${num(rim)}Q${num(width / 2)} ${num(-rim)} ${width} ${num(rim)}V${num(height - rim * 0.6)}Q${num(width / 2)} ${num(height + rim * 0.8)} 0 ${num(height - rim * 0.6)}Z`;
  const ribs = [0.045, 0.07, 0.93, 0.955]
    .map(
      (at) =>
        `<path d="M0 ${num(height * at)}Q${num(width / 2)} ${num(height * at + 3)} ${width} ${num(height * at)}"/>`,
    )
    .join('');
  const metal = `<rect y="-9" width="${width}" height="${height + 18}" fill="url(#metal)"/>`;
  const lid = `<path d="M0 ${num(rim)}Q${num(width / 2)} ${num(rim * 3)} ${width} ${num(rim)}L${width} -9H0Z" fill="#c6cacd"/>`;
  const paper =
    `<clipPath id="${slug}-paper"><path d="M0 ${num(label)}Q${num(width / 2)} ${num(label + 4)} ${width} ${num(label)}` +
    `V${num(height - label)}Q${num(width / 2)} ${num(height - label + 4)} 0 ${num(height - label)}Z"/></clipPath>`;
  const body =
    `${metal}${lid}<g fill="none" stroke="#54585c" stroke-width="1" stroke-opacity=".6">${ribs}</g>` +
    `<g clip-path="url(#${slug}-paper)">${art}</g>`;
  return shadedPack(slug, outline, body, ['shade-round'], paper + defs);
}

/** A jar: a lid wider than the neck, shoulders, glass that shows what is in it. */
export function jar(
  slug: string,
  width: number,
  height: number,
  lidHeight: number,
  art: string,
  shades = ['shade-round'],
  defs = '',
): Artwork {
  const inset = width * 0.05;
  const shoulder = lidHeight + width * 0.2;
  const n = num;
  const outline =
    `M${n(inset)} 3Q${n(inset)} 0 ${n(inset + 3)} 0H${n(width - inset - 3)}Q${n(width - inset)} 0 ${n(width - inset)} 3V${n(lidHeight)}` +
    `L${n(width - inset * 2)} ${n(lidHeight)}V${n(lidHeight + 3)}Q${n(width)} ${n(lidHeight + 6)} ${n(width)} ${n(shoulder)}` +
    `V${n(height - 7)}Q${n(width)} ${n(height)} ${n(width - 8)} ${n(height)}H8Q0 ${n(height)} 0 ${n(height - 7)}` +
    `V${n(shoulder)}Q0 ${n(lidHeight + 6)} ${n(inset * 2)} ${n(lidHeight + 3)}V${n(lidHeight)}H${n(inset)}Z`;
  return shadedPack(slug, outline, art, shades, defs);
}

/** A bottle: cap, neck, shoulders at `shoulderAt` millimetres from the top. */
export function bottle(
  slug: string,
  width: number,
  height: number,
  neckWidth: number,
  capHeight: number,
  shoulderAt: number,
  art: string,
  defs = '',
): Artwork {
  const left = (width - neckWidth) / 2;
  const right = width - left;
  const n = num;
  const bend = (shoulderAt - capHeight) * 0.55;
  const outline =
    `M${n(left)} 2Q${n(left)} 0 ${n(left + 2)} 0H${n(right - 2)}Q${n(right)} 0 ${n(right)} 2V${n(capHeight + 3)}` +
    `C${n(right)} ${n(capHeight + bend)} ${n(width)} ${n(shoulderAt - bend)} ${n(width)} ${n(shoulderAt)}` +
    `V${n(height - 8)}Q${n(width)} ${n(height)} ${n(width - 9)} ${n(height)}H9Q0 ${n(height)} 0 ${n(height - 8)}` +
    `V${n(shoulderAt)}C0 ${n(shoulderAt - bend)} ${n(left)} ${n(capHeight + bend)} ${n(left)} ${n(capHeight + 3)}Z`;
  return shadedPack(slug, outline, art, ['shade-round'], defs);
}

/** A pillow bag: crimped seals above and below, sides that bulge, creases that catch the light. */
export function pouch(slug: string, width: number, height: number, seal: number, art: string, defs = ''): Artwork {
  const teeth = 18;
  const step = width / teeth;
  const zigzag = (y: number, sign: number) =>
    Array.from({ length: teeth }, (_, tooth) => {
      const from = sign > 0 ? tooth * step : width - tooth * step;
      return `L${num(from + (sign * step) / 2)} ${num(y - sign * 1.4)}L${num(from + sign * step)} ${num(y)}`;
    }).join('');
  const bulge = width * 0.035;
  const outline =
    `M0 1.5${zigzag(1.5, 1)}V${num(seal)}Q${num(width - bulge * 1.6)} ${num(height * 0.3)} ${num(width - bulge * 0.3)} ${num(height * 0.55)}` +
    `T${width} ${num(height - seal)}V${num(height - 1.5)}${zigzag(height - 1.5, -1)}V${num(height - seal)}` +
    `Q${num(bulge * 1.5)} ${num(height * 0.7)} ${num(bulge * 0.4)} ${num(height * 0.5)}T0 ${num(seal)}Z`;
  const crimps = [0.3, 0.55, 0.8]
    .flatMap((part) => [seal * part, height - seal * part])
    .map(
      (y) =>
        `<path d="M0 ${num(y)}H${width}" stroke="#fff" stroke-opacity=".35" stroke-width=".9"/><path d="M0 ${num(y + 1)}H${width}" stroke="#000" stroke-opacity=".28" stroke-width=".9"/>`,
    )
    .join('');
  const creases =
    `<g fill="none" stroke-linecap="round"><path d="M${num(width * 0.1)} ${num(seal + 2)}Q${num(width * 0.2)} ${num(height * 0.18)} ${num(width * 0.13)} ${num(height * 0.32)}M${num(width * 0.86)} ${num(seal + 2)}Q${num(width * 0.78)} ${num(height * 0.16)} ${num(width * 0.9)} ${num(height * 0.28)}M${num(width * 0.14)} ${num(height - seal - 2)}Q${num(width * 0.24)} ${num(height * 0.86)} ${num(width * 0.12)} ${num(height * 0.74)}M${num(width * 0.84)} ${num(height - seal - 2)}Q${num(width * 0.76)} ${num(height * 0.88)} ${num(width * 0.88)} ${num(height * 0.78)}" stroke="#fff" stroke-opacity=".3" stroke-width="2.6"/>` +
    `<path d="M${num(width * 0.3)} ${num(seal + 2)}Q${num(width * 0.34)} ${num(height * 0.12)} ${num(width * 0.28)} ${num(height * 0.19)}M${num(width * 0.66)} ${num(height - seal - 2)}Q${num(width * 0.62)} ${num(height * 0.88)} ${num(width * 0.7)} ${num(height * 0.82)}" stroke="#000" stroke-opacity=".22" stroke-width="2.2"/></g>`;
  return shadedPack(slug, outline, art + creases + crimps, ['shade-soft', 'shade-tall'], defs);
}
