import sharp from 'sharp';
import { frameAt } from '../../../../workers/decoder/frame-at.ts';
import type { DecoderSettings } from '../../../../workers/decoder/video.ts';
import { drawAnnotations } from '../../../drawing/annotations.ts';
import type { Frame } from '../videos/results.ts';

const columns = 3;
const tileWidth = 640;
const gap = 8;

interface Size {
  width: number;
  height: number;
}

/** Frames of a video side by side in the order of time, with the boxes of their products: an item has one colour in all of them. */
export async function drawContactSheet(
  video: string,
  frames: readonly Frame[],
  settings: DecoderSettings,
): Promise<Buffer> {
  const [first] = frames;
  const tile = { width: tileWidth, height: Math.max(1, Math.round((first!.height * tileWidth) / first!.width)) };
  const sheet = {
    width: Math.min(columns, frames.length) * (tile.width + gap) - gap,
    height: Math.ceil(frames.length / columns) * (tile.height + gap) - gap,
  };
  const layers = [];
  for (const [index, frame] of frames.entries())
    layers.push({ input: await drawTile(video, frame, tile, settings), ...placeOf(index, tile) });
  return sharp({ create: { ...sheet, channels: 3, background: '#fff' } })
    .composite([...layers, { input: await drawBoxes(frames, tile, sheet), left: 0, top: 0 }])
    .jpeg({ quality: 88 })
    .toBuffer();
}

function placeOf(index: number, tile: Size): { left: number; top: number } {
  return { left: (index % columns) * (tile.width + gap), top: Math.floor(index / columns) * (tile.height + gap) };
}

async function drawBoxes(frames: readonly Frame[], tile: Size, sheet: Size): Promise<Buffer> {
  const detections = frames.flatMap((frame, index) => {
    const scale = tile.width / frame.width;
    const { left, top } = placeOf(index, tile);
    return frame.detections.map(({ catalogItem, confidence, box }) => ({
      item: catalogItem,
      confidence,
      box: {
        x: left + box.x * scale,
        y: top + box.y * scale,
        width: box.width * scale,
        height: box.height * scale,
      },
    }));
  });
  const { svg } = drawAnnotations({ detections, found: sheet, drawn: sheet, minConfidence: null });
  // Without the legend below, which would count a product in each frame; the table on the terminal counts it once.
  return sharp(Buffer.from(svg))
    .extract({ left: 0, top: 0, ...sheet })
    .png()
    .toBuffer();
}

/** The frame itself comes from a decoder of our own, started at its time: the API has results, not pictures of frames. */
async function drawTile(video: string, frame: Frame, tile: Size, settings: DecoderSettings): Promise<Buffer> {
  const { pixels, width, height } = await decodeFrame(video, frame, settings);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .resize(tile.width, tile.height)
    .png()
    .toBuffer();
}

async function decodeFrame(video: string, { timeSeconds }: Frame, settings: DecoderSettings) {
  const frame = await frameAt(video, timeSeconds, settings);
  if (frame === null) throw new Error(`The video has no frame at ${timeSeconds} s any more.`);
  return frame;
}
