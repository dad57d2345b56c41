import { type FileHandle, open } from 'node:fs/promises';

/** A file that text is appended to. Each write ends before the next begins, so memory holds one of them. */
export interface TextFile {
  readonly path: string;
  /** Written so far. */
  readonly byteSize: number;
  write(text: string): Promise<void>;
  /** Appends all of another one, a piece at a time. */
  append(other: TextFile): Promise<void>;
  close(): Promise<void>;
}

/** Makes the file. @throws when it is there already */
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
