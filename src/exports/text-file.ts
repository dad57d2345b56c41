import { type FileHandle, open } from 'node:fs/promises';

/** A file to which text is appended. Each write ends before the next begins, so memory contains only one of them. */
export interface TextFile {
  readonly path: string;
  /** Bytes written so far. */
  readonly byteSize: number;
  write(text: string): Promise<void>;
  /** Appends another file, piece by piece. */
  append(other: TextFile): Promise<void>;
  close(): Promise<void>;
}

/** Creates the file. @throws if it already exists */
export async function createTextFile(path: string): Promise<TextFile> {
  const handle = await open(path, 'wx');
  let byteSize = 0;
  const write = async (bytes: Buffer) => {
    await handle.writeFile(bytes);
    byteSize += bytes.length;
  };
  return {
    path,
    get byteSize() {
      return byteSize;
    },
    write: (text) => write(Buffer.from(text)),
    append: (other) => copy(other.path, write),
    close: () => handle.close(),
  };
}

async function copy(path: string, write: (bytes: Buffer) => Promise<void>): Promise<void> {
  const source: FileHandle = await open(path);
  try {
    for await (const bytes of source.createReadStream({ autoClose: false })) await write(bytes as Buffer);
  } finally {
    await source.close();
  }
}
