import sharp from 'sharp';

/**
 * Restricts libvips to what untrusted pictures need, once per process: only the loaders below, so that SVG, TIFF and PDF parsers
 * cannot be reached; no operation cache, and one thread per operation, because several run concurrently. nsgif is the loader for
 * GIF, heif that for AVIF (the bundled libvips has no HEVC); HEIC pixels are passed from memory, see openSource.
 */
export function setUpSharp(): void {
  sharp.block({ operation: ['VipsForeignLoad'] });
  const loaders = ['JpegFile', 'PngFile', 'PngBuffer', 'WebpFile', 'NsgifFile', 'HeifBuffer'];
  // Drawings of our own, which contain numbers only. Buffers that come from strangers are AVIF by their first bytes, which is looked
  // at before; a file that is SVG is not read.
  loaders.push('SvgBuffer');
  sharp.unblock({ operation: loaders.map((name) => `VipsForeignLoad${name}`) });
  sharp.cache(false);
  sharp.concurrency(1);
}
