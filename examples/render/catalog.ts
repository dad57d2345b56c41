import type { Product } from './pack.ts';

/** Every third thumbnail is a PNG: a catalogue comes from many hands. */
export function thumbnailFormat(index: number): 'png' | 'jpg' {
  return index % 3 === 2 ? 'png' : 'jpg';
}

/** A product as catalog.json lists it. */
export function describeProduct(product: Product, index: number) {
  return {
    slug: product.slug,
    file: `products/${product.slug}.${thumbnailFormat(index)}`,
    name: `${product.brand} ${product.name}`,
    brand: product.brand,
    customId: barcode(index),
    tags: [product.form, ...product.tags],
    size: product.size,
    widthMm: product.widthMm,
    heightMm: product.heightMm,
    depthMm: product.depthMm,
  };
}

/** An EAN-13 that begins with 20, the range that shops give out themselves: it can belong to no product on sale. */
function barcode(index: number): string {
  const digits = `20${String(4200100000 + index * 137).slice(0, 10)}`;
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return digits + ((10 - (sum % 10)) % 10);
}
