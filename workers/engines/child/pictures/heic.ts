import type { DecodedImage, LibHeif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs';
import type { Size } from '../../../../src/recognition/box.ts';
import { JobFailure } from '../../protocol/job-failure.ts';
import type { RawPixels } from './raw-png.ts';

/**
 * The memory of WebAssembly grows and never shrinks (measured: 120 MB after 12 megapixels, 480 MB after 48), so a library instance
 * that has decoded more than this is discarded.
 */
const keepUpToPixels = 16_000_000;

/** Two megabytes that most engines never need, so it is loaded for the first HEIC: 100 ms. */
let library: LibHeif | undefined;

/** The package's main entry is CommonJS and cached for good; its ES module creates a new library instance at each call. */
async function loadLibrary(): Promise<LibHeif> {
  if (!library) {
    const { default: createLibrary } = await import('libheif-js/libheif-wasm/libheif-bundle.mjs');
    library = createLibrary();
  }
  return library;
}

/**
 * Decodes the primary picture of a HEIC. libheif runs as WebAssembly and blocks this thread, about a second for 12 megapixels; an
 * engine has a thread for that, see heic-decoder.ts.
 * @param size of the picture by its header, which bounds what is decoded.
 * @throws JobFailure INVALID_IMAGE
 */
export function decodeHeic(bytes: Buffer, size: Size): Promise<RawPixels> {
  return withPrimaryImage(bytes, size, async (lib, handle) => {
    const { heif_colorspace_RGB } = lib.heif_colorspace;
    const { heif_chroma_interleaved_RGB, heif_chroma_interleaved_RGBA } = lib.heif_chroma;
    const channels = lib.heif_image_handle_has_alpha_channel(handle) ? 4 : 3;
    const layout = channels === 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB;
    const decoded = await lib.heif_js_decode_image2(handle, heif_colorspace_RGB, layout);
    if (!decoded || decoded.code !== undefined) throw damaged();
    try {
      return copyPixels(decoded, channels);
    } finally {
      lib.heif_image_release(decoded.image);
      if (size.width * size.height > keepUpToPixels) library = undefined;
    }
  });
}

/**
 * libheif-js's own HeifDecoder writes to the console and keeps the last file in memory, so the functions below it are
 * called.
 */
async function withPrimaryImage<T>(
  bytes: Buffer,
  size: Size,
  use: (lib: LibHeif, handle: unknown) => T | Promise<T>,
): Promise<T> {
  const lib = await loadLibrary();
  const context = lib.heif_context_alloc();
  if (!context) throw new Error('libheif could not allocate a context.');
  try {
    const read = lib.heif_context_read_from_memory(context, bytes);
    if (read.code !== lib.heif_error_code.heif_error_Ok) throw damaged();
    const handle = lib.heif_js_context_get_primary_image_handle(context);
    if (!handle || handle.code !== undefined) throw damaged();
    try {
      const width = lib.heif_image_handle_get_width(handle);
      const height = lib.heif_image_handle_get_height(handle);
      // Checked before any pixel is decoded: the size must be the one that was found to be allowed.
      if (width !== size.width || height !== size.height) throw damaged();
      return await use(lib, handle);
    } finally {
      lib.heif_image_handle_release(handle);
    }
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    // A trap inside the library, caused by a deliberately broken picture: the instance is not used again.
    library = undefined;
    throw damaged(error);
  } finally {
    lib.heif_context_free(context);
  }
}

/** Rows may be padded. The bytes are in the library's memory, which the next picture overwrites. */
function copyPixels({ channels: [plane] }: DecodedImage, channels: 3 | 4): RawPixels {
  if (!plane) throw damaged();
  const { width, height, stride, data } = plane;
  const rowBytes = width * channels;
  // A separate buffer, which can be transferred to another thread.
  const pixels = Buffer.from(new ArrayBuffer(rowBytes * height));
  for (let row = 0; row < height; row += 1)
    pixels.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes);
  return { data: pixels, width, height, channels };
}

function damaged(cause?: unknown): JobFailure {
  return new JobFailure('INVALID_IMAGE', 'The picture is damaged or incomplete and cannot be decoded.', { cause });
}
