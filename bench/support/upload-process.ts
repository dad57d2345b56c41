import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { serveParent } from './child.ts';

/** A client that uploads pictures in multipart requests: no two of the same bytes. */
export interface UploadLoad {
  url: string;
  headers: Record<string, string>;
  /** A picture; the files are this one, made longer. */
  picture: string;
  bytesEach: number;
  filesEach: number;
  requests: number;
  /** Requests that are sent at a time. */
  atOnce: number;
}

/** Bytes of files a second. */
export interface UploadRate {
  bytesPerSecond: number;
}

const boundary = 'sightline-bench';
const query = /* GraphQL */ `
  mutation Upload($images: [ImageInput!]!) { uploadImages(images: $images) { results { __typename } } }
`;

serveParent<UploadLoad, UploadRate>(async ({ url, headers, picture, bytesEach, filesEach, requests, atOnce }) => {
  const start = await readFile(picture);
  // What follows the end of a picture is not read, but sent, hashed and stored like the rest of it.
  const file = Buffer.concat([start, randomBytes(bytesEach - start.length)]);
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  let left = requests;
  const startedAt = performance.now();
  const sendUntilNone = async () => {
    while (left > 0) {
      left -= 1;
      await send(url, { agent, headers, files: Array.from({ length: filesEach }, () => changed(file)) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, sendUntilNone));
  const seconds = (performance.now() - startedAt) / 1_000;
  agent.destroy();
  return { bytesPerSecond: (requests * filesEach * bytesEach) / seconds };
});

/** The same length, other bytes at the end. */
function changed(file: Buffer): Buffer[] {
  return [file.subarray(0, -16), randomBytes(16)];
}

function send(
  url: string,
  { agent, headers, files }: { agent: Agent; headers: Record<string, string>; files: Buffer[][] },
): Promise<void> {
  const pieces = bodyOf(files);
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': `multipart/form-data; boundary=${boundary}`,
          'content-length': pieces.reduce((sum, { length }) => sum + length, 0),
          ...headers,
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const stored = text.split('"__typename":"Image"').length - 1;
          if (stored === files.length) resolve();
          else reject(new Error(`Of ${files.length} files, ${stored} were stored: ${text.slice(0, 500)}`));
        });
      },
    );
    sent.on('error', reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

function bodyOf(files: readonly Buffer[][]): Buffer[] {
  const variables = { images: files.map(() => ({ source: { upload: null } })) };
  const map = Object.fromEntries(files.map((_, index) => [String(index), [`variables.images.${index}.source.upload`]]));
  const field = (name: string, value: object) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  const head = field('operations', { query, variables }) + field('map', map);
  return [
    Buffer.from(head),
    ...files.flatMap((file, index) => [
      Buffer.from(
        `--${boundary}\r\ncontent-disposition: form-data; name="${index}"; filename="${index}.jpg"\r\ncontent-type: image/jpeg\r\n\r\n`,
      ),
      ...file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ];
}
