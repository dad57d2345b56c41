import sharp from 'sharp';

/**
 * Reduces libvips to what pictures of strangers need, once for the process: the loaders below, so that SVG, TIFF and PDF
 * parsers are out of reach; no operation cache and one thread an operation, since several run side by side.
 * nsgif is the loader of GIF, heif that of AVIF (the bundled libvips has no HEVC); what HEIF files give is read
 * from memory, see openSource.
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
