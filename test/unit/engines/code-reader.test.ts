import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import { JobClock } from '../../../workers/engines/child/job-guard.ts';
import type { DecodedPicture } from '../../../workers/engines/child/pictures/decode.ts';
import { CodeReader } from '../../../workers/engines/child/steps/codes/code-reader.ts';
import { drawCodes, whitePicture } from '../../support/codes.ts';

/** The thread that reads codes, when its job ends before it. */
const value = '4006381333931';
let picture: DecodedPicture;
/** Noise, of which every view has to be searched. */
let large: DecodedPicture;

beforeAll(async () => {
  const png = await drawCodes(whitePicture(400, 300), [
    { format: 'EAN13', text: value, at: [200, 150], modulePx: 2 },
    { format: 'UPCE', text: '01234565', at: [200, 270], modulePx: 2 },
  ]);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  picture = { rgb: data, width: info.width, height: info.height };
  const [width, height] = [3000, 2000];
  const rgb = Buffer.from(
    Uint8Array.from({ length: width * height * 3 }, (_, at) => Math.imul(at, 2_654_435_761) >>> 24),
  );
  large = { rgb, width, height };
});

const started = (maxProcessingMs: number | null = null) => {
  const clock = new JobClock(maxProcessingMs);
  clock.start();
  return clock;
};

async function readValues(reader: CodeReader): Promise<string[]> {
  return (await reader.read(picture, [], started())).codes.map(({ format, value: text }) => `${format} ${text}`);
}

test('a cancelled job ends while the reader still works, and the next picture is read', async () => {
  const reader = new CodeReader();
  const clock = started();
  const reading = reader.read(large, [], clock);
  clock.cancel();
  await expect(reading).rejects.toMatchObject({ failure: { code: 'INTERNAL', message: 'The job was canceled.' } });
  expect(await readValues(reader)).toEqual([`EAN_13 ${value}`, 'UPC_E 012345000065']);
});

test('a job whose time is over ends as well, and the next picture is read', async () => {
  const reader = new CodeReader();
  await expect(reader.read(large, [], started(1))).rejects.toMatchObject({
    failure: { code: 'PROCESSING_TIME_EXCEEDED' },
  });
  expect(await readValues(reader)).toHaveLength(2);
});

test('noise has no codes', async () => {
  const { codes } = await new CodeReader().read(large, [{ x: 0, y: 0, width: 300, height: 300 }], started());
  expect(codes).toEqual([]);
});
