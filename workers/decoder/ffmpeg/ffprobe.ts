import { z } from 'zod';
import { readCodecs } from '../codecs.ts';
import type { DisplayMatrix } from '../display-matrix.ts';
import { tooLong, tooManyPixels, unreadable, unsupportedCodec, withoutPictures } from '../failures.ts';
import { WatchedProcess } from '../process/watched-process.ts';
import { describe, parseClock, pickStream, type StreamFacts } from '../stream-facts.ts';
import type { DecoderSettings, VideoInfo } from '../video.ts';
import type { VideoFile } from '../video-file.ts';
import { ffprobeBeside, inputOf, requireProgram } from './programs.ts';

/** Of ffprobe's JSON. A stream takes 2 kB. */
const maxAnswerBytes = 1_000_000;

const answer = z.object({
  streams: z.array(
    z.object({
      index: z.int(),
      codec_name: z.string().default('an unknown codec'),
      width: z.int(),
      height: z.int(),
      sample_aspect_ratio: z.string().optional(),
      avg_frame_rate: z.string(),
      start_time: z.coerce.number().default(0),
      duration: z.coerce.number().optional(),
      disposition: z.object({ default: z.int(), attached_pic: z.int() }),
      tags: z.object({ DURATION: z.string().optional() }).default({}),
      side_data_list: z.array(z.object({ displaymatrix: z.string().optional() })).default([]),
    }),
  ),
  format: z.object({ duration: z.coerce.number().optional() }),
});

type Answer = z.infer<typeof answer>;

/** Reads only the header, with the ffprobe beside the ffmpeg. @throws VideoFailure */
export async function probeFfmpeg(ffmpeg: string, file: VideoFile, settings: DecoderSettings): Promise<VideoInfo> {
  return describe(file.container, await probeStream(ffmpeg, file, settings));
}

/** The stream that is shown. @throws VideoFailure if it cannot be decoded here. */
export async function probeStream(ffmpeg: string, file: VideoFile, settings: DecoderSettings): Promise<StreamFacts> {
  const { streams, format } = await ask(ffprobeBeside(ffmpeg), file, settings);
  const facts = pickStream(
    streams.filter(({ disposition }) => disposition.attached_pic === 0).map((stream) => factsOf(stream, format)),
  );
  if (facts === undefined) throw withoutPictures();
  if (!readCodecs.includes(facts.codec)) throw unsupportedCodec(facts.codec);
  const { width, height, headerSeconds } = describe(file.container, facts);
  if (width * height > settings.maxPixels) throw tooManyPixels(width, height, settings.maxPixels);
  if (headerSeconds !== null && headerSeconds > settings.maxSeconds) throw tooLong(headerSeconds, settings.maxSeconds);
  return facts;
}

/** Without a list of allowed codecs: ffprobe opens the decoder of every stream, and ends if one of them, of sound perhaps, is forbidden. */
async function ask(ffprobe: string, file: VideoFile, settings: DecoderSettings): Promise<Answer> {
  await requireProgram(ffprobe);
  const wanted = ['-select_streams', 'v', '-show_streams', '-show_format', '-of', 'json'];
  const child = await WatchedProcess.start(
    { program: ffprobe, args: ['-v', 'error', ...wanted, ...inputOf(file)] },
    settings,
  );
  try {
    const text = await child.awaiting(child.stdout.readAll(maxAnswerBytes));
    await child.exited;
    if (child.exitCode === 1) throw unreadable(child.lastOutput);
    if (!child.endedWell) throw child.reasonOfEnd();
    return answer.parse(JSON.parse(text.toString()));
  } finally {
    await child.kill();
  }
}

function factsOf(stream: Answer['streams'][number], format: Answer['format']): StreamFacts {
  return {
    index: stream.index,
    codec: stream.codec_name,
    width: stream.width,
    height: stream.height,
    pixelAspect: ratio(stream.sample_aspect_ratio),
    matrix: matrixOf(stream.side_data_list.find(({ displaymatrix }) => displaymatrix)?.displaymatrix),
    startSeconds: stream.start_time,
    headerSeconds: stream.duration ?? parseClock(stream.tags.DURATION ?? '') ?? format.duration ?? null,
    frameRate: ratio(stream.avg_frame_rate),
    isDefault: stream.disposition.default !== 0,
  };
}

/** `16:9` or `30000/1001`; null: unknown, which is written as 0:1. */
function ratio(text = ''): number | null {
  const [numerator, denominator] = text.split(/[:/]/).map(Number);
  return numerator && denominator && numerator > 0 && denominator > 0 ? numerator / denominator : null;
}

/** Three lines of three numbers, each line after its address in hexadecimal. */
function matrixOf(text = ''): DisplayMatrix | null {
  const rows = [...text.matchAll(/^[0-9a-f]+:\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)/gm)];
  const [a, b, c, d] = rows.slice(0, 2).flatMap(([, first, second]) => [Number(first), Number(second)]);
  return d === undefined ? null : { a: a!, b: b!, c: c!, d };
}
