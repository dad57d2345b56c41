import type { GivenId } from '../given-id.ts';
import type { FileUpload } from '../storage/file-upload.ts';

/** Where the bytes of a picture come from. */
export type ImageSource =
  | { upload: Promise<FileUpload> }
  | { base64: string }
  | { imageId: GivenId }
  | { uploadId: GivenId }
  /** Normalised by `URL`; unchanged if it is not a URL. */
  | { url: string };
