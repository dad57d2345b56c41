// libheif-js has types of its C functions only, and none for its entry points.
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  /** The part of libheif's C interface, as libheif-js exports it, that is used here. Handles are opaque. */
  export interface LibHeif {
    heif_context_alloc(): unknown;
    heif_context_free(context: unknown): void;
    heif_context_read_from_memory(context: unknown, bytes: Buffer): { code: unknown };
    heif_js_context_get_primary_image_handle(context: unknown): { code?: unknown };
    heif_image_handle_release(handle: unknown): void;
    heif_image_handle_get_width(handle: unknown): number;
    heif_image_handle_get_height(handle: unknown): number;
    heif_image_handle_has_alpha_channel(handle: unknown): number;
    heif_js_decode_image2(handle: unknown, colourspace: unknown, chroma: unknown): Promise<DecodedImage> | DecodedImage;
    heif_image_release(image: unknown): void;
    heif_error_code: { heif_error_Ok: unknown };
    heif_colorspace: { heif_colorspace_RGB: unknown };
    heif_chroma: { heif_chroma_interleaved_RGB: unknown; heif_chroma_interleaved_RGBA: unknown };
  }

  export interface DecodedImage {
    /** Only for a failure. */
    code?: unknown;
    image: unknown;
    channels: { width: number; height: number; stride: number; data: Uint8Array }[];
  }

  /** A new library instance with its own memory at each call. */
  export default function createLibrary(): LibHeif;
}
