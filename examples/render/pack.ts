import { linear, num, radial } from './svg.ts';

/** What is drawn of one pack. Coordinates are millimetres, the top left corner of the pack is 0 0. */
export interface Artwork {
  /** Gradients and clip paths; ids start with the product's slug so many packs share one drawing. */
  defs: string;
  body: string;
  /** Path around the whole pack: shadows and shade are laid along it. */
  silhouette: string;
  /** Colours of the faces that show when a carton is seen from the side; absent on round and soft packs. */
  faces?: { side: string; top: string };
}

/** A product, in the catalogue or only on the shelf. */
export interface Product {
  slug: string;
  brand: string;
  name: string;
  /** "carton", "can" and so on: what a shopper would call the pack. */
  form: string;
  size: string;
  widthMm: number;
  heightMm: number;
  depthMm: number;
  tags: string[];
  artwork: Artwork;
}

/** Gradients that every pack uses. They go once into each drawing. */
export const sharedDefs = [
  linear('shade-round', 'across', [
    [0, '#000', 0.62],
    [0.1, '#000', 0.3],
    [0.24, '#fff', 0.12],
    [0.31, '#fff', 0.42],
    [0.38, '#fff', 0.08],
    [0.55, '#000', 0],
    [0.8, '#000', 0.24],
    [0.93, '#000', 0.42],
    [0.97, '#999', 0.3],
    [1, '#000', 0.6],
  ]),
  linear('shade-flat', 'across', [
    [0, '#000', 0.16],
    [0.03, '#fff', 0.1],
    [0.5, '#fff', 0.05],
    [1, '#000', 0.14],
  ]),
  linear('shade-soft', 'across', [
    [0, '#000', 0.5],
    [0.09, '#000', 0.12],
    [0.2, '#fff', 0.26],
    [0.32, '#fff', 0.03],
    [0.6, '#000', 0.03],
    [0.78, '#fff', 0.14],
    [0.9, '#000', 0.14],
    [1, '#000', 0.5],
  ]),
  linear('shade-tall', 'down', [
    [0, '#fff', 0.12],
    [0.5, '#fff', 0],
    [1, '#000', 0.22],
  ]),
  linear('metal', 'across', [
    [0, '#6d7176'],
    [0.2, '#d9dcdf'],
    [0.32, '#ffffff'],
    [0.48, '#a8adb2'],
    [0.75, '#d5d8db'],
    [1, '#70747a'],
  ]),
  linear('gold', 'across', [
    [0, '#7a5a1c'],
    [0.22, '#e3bf5e'],
    [0.32, '#fff3bf'],
    [0.5, '#c79a38'],
    [0.78, '#e6c569'],
    [1, '#79591b'],
  ]),
  radial('glow', 0.5, 0.5, 0.5, [
    [0, '#fff', 0.75],
    [1, '#fff', 0],
  ]),
].join('');

/** Cuts artwork to the pack's outline and lays light over it. */
export function shadedPack(slug: string, silhouette: string, art: string, shades: string[], defs = ''): Artwork {
  const light = shades.map((id) => `<path d="${silhouette}" fill="url(#${id})"/>`).join('');
  return {
    silhouette,
    defs: `${defs}<clipPath id="${slug}-clip"><path d="${silhouette}"/></clipPath>`,
    body: `<g clip-path="url(#${slug}-clip)">${art}${light}</g>`,
  };
}

/** A rectangle's path. */
export function rectPath(x: number, y: number, width: number, height: number): string {
  return `M${num(x)} ${num(y)}h${num(width)}v${num(height)}h${num(-width)}Z`;
}
