import sharp from 'sharp';

/**
 * Reduces libvips to what pictures of strangers need, once for the process: five loaders, from files only, so that SVG, TIFF
 * and PDF parsers are out of reach; no operation cache and one thread an operation, since several run side by side.
 * nsgif is the loader of GIF, heif that of AVIF (the bundled libvips has no HEVC).
 */
export function setUpSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}File`) });
  sharp.cache(false);
  sharp.concurrency(1);
}
