import sharp from 'sharp';
import type { Box, Size } from '../../../src/recognition/box.ts';
import { fitLetterbox } from '../../../src/recognition/letterbox.ts';
import type { LocalFeatures } from '../../../src/recognition/local-features/features.ts';
import { chooseVerifierSize } from '../../../src/recognition/local-features/size.ts';
import type { DecodedPicture } from '../decode.ts';
import type { FeatureSession } from './feature-session.ts';

/** A region of a picture as the model takes it. */
export interface FeatureFrame {
  session: FeatureSession;
  keypoints: number;
  rgb: Buffer;
  /** The region's sides in the frame. */
  valid: Size;
}

/** Cuts a product out of a photograph, in the size that suits it. Runs in libuv's thread pool. */
export function frameCrop(
  picture: DecodedPicture,
  region: Box,
  sessions: readonly FeatureSession[],
): Promise<FeatureFrame> {
  const { side, keypoints } = chooseVerifierSize(Math.max(region.width, region.height));
  const session = sessions.find((each) => each.side >= side) ?? sessions.at(-1)!;
  return frameRegion(picture, region, session, keypoints);
}

/** The same of a catalogue picture: in the largest size, since it is kept and compared with crops of any size. */
export function frameCatalogPicture(
  picture: DecodedPicture,
  region: Box,
  sessions: readonly FeatureSession[],
): Promise<FeatureFrame> {
  const session = sessions.at(-1)!;
  return frameRegion(picture, region, session, session.keypoints);
}

export function extractFeatures({ session, rgb, valid, keypoints }: FeatureFrame): Promise<LocalFeatures> {
  return session.run(rgb, valid, keypoints);
}

async function frameRegion(
  { rgb, width, height }: DecodedPicture,
  region: Box,
  session: FeatureSession,
  keypoints: number,
): Promise<FeatureFrame> {
  const { side } = session;
  const valid = fitLetterbox(region, { width: side, height: side });
  const framed = await sharp(rgb, { raw: { width, height, channels: 3 }, limitInputPixels: false })
    .extract({ left: region.x, top: region.y, width: region.width, height: region.height })
    .resize(valid.width, valid.height, { fit: 'fill', kernel: 'cubic' })
    .extend({ right: side - valid.width, bottom: side - valid.height, extendWith: 'copy' })
    .raw()
    .toBuffer();
  return { session, keypoints, rgb: framed, valid };
}
