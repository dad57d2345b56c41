import { crc32 } from 'node:zlib';
import { colorValues, descriptorValues, keypointValues, type LocalFeatures, limitFeatures } from './features.ts';

/**
 * How features of catalogue pictures are stored, little-endian:
 *
 *     "LFS1", count u16, width u16, height u16, reserved u16, CRC-32 of all other bytes u32,
 *     count x (x u16 in 1/64 px, y u16 likewise, sigma u16 in 1/512 px, angle u16 in 1/65536 turn),
 *     count x 128 descriptor bytes, count x 12 colour bytes
 */
const magic = 0x3153464c;
const headerBytes = 16;
const crcAt = 12;
const keypointBytes = 2 * keypointValues;
const bytesPerKeypoint = keypointBytes + descriptorValues + colorValues;

/**
 * Keypoints stored per view of a catalogue picture: 49.8 kB for two views. With all 450, the first item changed in less than one
 * per cent of cases.
 */
export const keypointsPerView = 168;

const positionSteps = 64;
const sigmaSteps = 512;
const turnSteps = 65536;

/** Encodes features. Keypoints are rounded to 1/64 px and 0.0001 rad. */
export function encodeFeatures({ count, width, height, keypoints, descriptors, colors }: LocalFeatures): Uint8Array {
  const bytes = new Uint8Array(headerBytes + count * bytesPerKeypoint);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(4, count, true);
  view.setUint16(6, width, true);
  view.setUint16(8, height, true);
  for (let row = 0; row < count; row++) {
    const from = row * keypointValues;
    const to = headerBytes + row * keypointBytes;
    view.setUint16(to, clampToUint16(keypoints[from]! * positionSteps), true);
    view.setUint16(to + 2, clampToUint16(keypoints[from + 1]! * positionSteps), true);
    view.setUint16(to + 4, clampToUint16(keypoints[from + 2]! * sigmaSteps), true);
    // setUint16 takes the value modulo 65536, which for a turn is the same angle.
    view.setUint16(to + 6, Math.round((keypoints[from + 3]! / (2 * Math.PI)) * turnSteps), true);
  }
  bytes.set(descriptors, headerBytes + count * keypointBytes);
  bytes.set(colors, headerBytes + count * (keypointBytes + descriptorValues));
  view.setUint32(crcAt, checksum(bytes), true);
  return bytes;
}

/** Decodes features. @throws Error if the bytes differ in any bit from the output of encodeFeatures. */
export function decodeFeatures(bytes: Uint8Array): LocalFeatures {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || view.getUint32(0, true) !== magic) {
    throw new Error('These bytes are no local features: they do not begin with "LFS1".');
  }
  const count = view.getUint16(4, true);
  const expected = headerBytes + count * bytesPerKeypoint;
  if (bytes.length !== expected) {
    throw new Error(`Local features of ${count} keypoints have ${expected} bytes; these have ${bytes.length}.`);
  }
  if (view.getUint32(crcAt, true) !== checksum(bytes)) {
    throw new Error('Local features are damaged: their checksum does not fit.');
  }
  const keypoints = new Float32Array(count * keypointValues);
  for (let row = 0; row < count; row++) {
    const from = headerBytes + row * keypointBytes;
    keypoints[row * keypointValues] = view.getUint16(from, true) / positionSteps;
    keypoints[row * keypointValues + 1] = view.getUint16(from + 2, true) / positionSteps;
    keypoints[row * keypointValues + 2] = view.getUint16(from + 4, true) / sigmaSteps;
    keypoints[row * keypointValues + 3] = (view.getUint16(from + 6, true) / turnSteps) * 2 * Math.PI;
  }
  const descriptorsAt = headerBytes + count * keypointBytes;
  const colorsAt = descriptorsAt + count * descriptorValues;
  return {
    count,
    width: view.getUint16(6, true),
    height: view.getUint16(8, true),
    keypoints,
    // Copied, because a view would keep the whole message in memory; not by slice(), which for a Buffer returns a view.
    descriptors: new Uint8Array(bytes.subarray(descriptorsAt, colorsAt)),
    colors: new Uint8Array(bytes.subarray(colorsAt)),
  };
}

/**
 * A catalogue picture as seen from near and from afar, one block after the other, the strongest keypointsPerView of each. A pack
 * seen by a distant or unfocused camera has other keypoints than the picture itself: with both views 86 % of degraded photographs
 * have the right item first, with one 78 %; see docs/models.md.
 */
export function encodeViews(views: readonly LocalFeatures[]): Uint8Array {
  return Buffer.concat(views.map((view) => encodeFeatures(limitFeatures(view, keypointsPerView))));
}

/** Decodes views. @throws Error if the bytes differ in any bit from the output of encodeViews. */
export function decodeViews(bytes: Uint8Array): LocalFeatures[] {
  const views: LocalFeatures[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = from + countBlockBytes(bytes.subarray(from));
    views.push(decodeFeatures(bytes.subarray(from, end)));
    from = end;
  }
  return views;
}

/** Length of the first block; decodeFeatures detects a truncated header. */
function countBlockBytes(bytes: Uint8Array): number {
  if (bytes.length < headerBytes) return bytes.length;
  const count = new DataView(bytes.buffer, bytes.byteOffset, headerBytes).getUint16(4, true);
  return headerBytes + count * bytesPerKeypoint;
}

function checksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(crcAt + 4), crc32(bytes.subarray(0, crcAt)));
}

function clampToUint16(value: number): number {
  return Math.min(65535, Math.max(0, Math.round(value)));
}
