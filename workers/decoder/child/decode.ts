import { writeSync } from 'node:fs';
import type { DecodeRequest, DecoderMessage } from '../node-av/messages.ts';
import { VideoFailure } from '../video-failure.ts';
import { decodeFrames } from './decode-frames.ts';
import { loadNative, logError, type Native } from './native.ts';
import { openFile } from './open-file.ts';
import { Pictures } from './pictures.ts';

/**
 * The child that decodes one video: no database, no network, no right to write. This is an entry point, and the only module here that
 * runs code when it is loaded.
 */
const output = 1;
const progressEveryMs = 1_000;

function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(output, bytes, at);
}

function send(message: DecoderMessage, pixels?: Buffer): void {
  const text = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  writeAll(Buffer.concat([length, text]));
  if (pixels) writeAll(pixels);
}

function load({ library }: DecodeRequest): Native {
  try {
    const native = loadNative(library);
    native.Log.setLevel(logError);
    return native;
  } catch (error) {
    const message = 'The decoder for videos cannot be loaded on this server. Its operator finds the reason in the log.';
    throw new VideoFailure('VIDEO_UNAVAILABLE', message, String(error));
  }
}

async function run(request: DecodeRequest): Promise<void> {
  const native = load(request);
  const file = openFile(native, request);
  send({ type: 'opened', info: file.info });
  if (request.sampling === null) return;
  const pictures = new Pictures(native, file.facts);
  let toldAtMs = performance.now();
  const end = await decodeFrames(native, file, request, request.sampling, {
    wanted: (frame, timeSeconds) => send({ type: 'frame', timeSeconds }, pictures.pixelsOf(frame)),
    decoded(decodedSeconds) {
      if (performance.now() - toldAtMs < progressEveryMs) return;
      toldAtMs = performance.now();
      send({ type: 'progress', decodedSeconds });
    },
  });
  send({ type: 'ended', ...end });
}

// The reader's end closes the pipe, and the next write ends this process. Ctrl-C in a terminal is the parent's to answer.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
try {
  await run(JSON.parse(process.argv[2]!) as DecodeRequest);
} catch (error) {
  if (!(error instanceof VideoFailure)) throw error;
  const { code, message, detail } = error;
  send({ type: 'failed', code, message, detail: detail?.slice(0, 2_000) ?? null });
}
// Not by returning: the library's destructors would only take time.
process.exit(0);
