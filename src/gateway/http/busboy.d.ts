// The package has no types. These cover what multipart.ts uses.
declare module 'busboy' {
  import type { Readable, Writable } from 'node:stream';

  export interface FilePart extends Readable {
    /** The file was longer than `limits.fileSize`, and the rest was skipped. */
    truncated?: boolean;
  }

  interface Options {
    headers: { 'content-type': string };
    defParamCharset: 'utf8';
    limits: { fieldSize: number; fields: number; fileSize: number; files: number };
  }

  interface Parser extends Writable {
    on(event: 'field', listener: (name: string, value: string, info: { valueTruncated: boolean }) => void): this;
    on(
      event: 'file',
      listener: (name: string, part: FilePart, info: { filename?: string; mimeType: string }) => void,
    ): this;
    on(event: 'filesLimit' | 'fieldsLimit' | 'close', listener: () => void): this;
    on(event: 'error', listener: (error: Error) => void): this;
  }

  /** @throws when the content type names no boundary */
  export default function busboy(options: Options): Parser;
}
