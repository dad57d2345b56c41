import { crc32 } from 'node:zlib';
import { COLOR_VALUES, DESCRIPTOR_VALUES, KEYPOINT_VALUES, type LocalFeatures, limitFeatures } from './features.ts';

/**
 * How features of catalogue pictures are stored, little-endian:
 *
 *     "LFS1", count u16, width u16, height u16, reserved u16, CRC-32 of all other bytes u32,
 *     count x (x u16 in 1/64 px, y u16 likewise, sigma u16 in 1/512 px, angle u16 in 1/65536 turn),
 *     count x 128 descriptor bytes, count x 12 colour bytes
 */
const MAGIC = 0x3153464c;
const HEADER_BYTES = 16;
const CRC_AT = 12;
const KEYPOINT_BYTES = 2 * KEYPOINT_VALUES;
const BYTES_PER_KEYPOINT = KEYPOINT_BYTES + DESCRIPTOR_VALUES + COLOR_VALUES;

/**
 * Keypoints stored per view of a catalogue picture: 49.8 kB for two views. With all 450, the first item changed in less than one
 * per cent of cases.
 */
export const KEYPOINTS_PER_VIEW = 168;

const POSITION_STEPS = 64;
const SIGMA_STEPS = 512;
const TURN_STEPS = 65536;

/** Encodes features. Keypoints are rounded to 1/64 px and 0.0001 rad. */
export function encodeFeatures({ count, width, height, keypoints, descriptors, colors }: LocalFeatures): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + count * BYTES_PER_KEYPOINT);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, count, true);
  view.setUint16(6, width, true);
  view.setUint16(8, height, true);
  for (let row = 0; row < count; row++) {
    const from = row * KEYPOINT_VALUES;
    const to = HEADER_BYTES + row * KEYPOINT_BYTES;
    view.setUint16(to, clampToUint16(keypoints[from]! * POSITION_STEPS), true);
    view.setUint16(to + 2, clampToUint16(keypoints[from + 1]! * POSITION_STEPS), true);
    view.setUint16(to + 4, clampToUint16(keypoints[from + 2]! * SIGMA_STEPS), true);
    // setUint16 takes the value modulo 65536, which for a turn is the same angle.
    view.setUint16(to + 6, Math.round((keypoints[from + 3]! / (2 * Math.PI)) * TURN_STEPS), true);
  }
  bytes.set(descriptors, HEADER_BYTES + count * KEYPOINT_BYTES);
  bytes.set(colors, HEADER_BYTES + count * (KEYPOINT_BYTES + DESCRIPTOR_VALUES));
  view.setUint32(CRC_AT, checksum(bytes), true);
  return bytes;
}

/** Decodes features. @throws Error if the bytes differ in any bit from the output of encodeFeatures. */
export function decodeFeatures(bytes: Uint8Array): LocalFeatures {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) {
    throw new Error('These bytes are no local features: they do not begin with "LFS1".');
  }
  const count = view.getUint16(4, true);
  const expected = HEADER_BYTES + count * BYTES_PER_KEYPOINT;
  if (bytes.length !== expected) {
    throw new Error(`Local features of ${count} keypoints have ${expected} bytes; these have ${bytes.length}.`);
  }
  if (view.getUint32(CRC_AT, true) !== checksum(bytes)) {
    throw new Error('Local features are damaged: their checksum does not fit.');
  }
  const keypoints = new Float32Array(count * KEYPOINT_VALUES);
  for (let row = 0; row < count; row++) {
    const from = HEADER_BYTES + row * KEYPOINT_BYTES;
    keypoints[row * KEYPOINT_VALUES] = view.getUint16(from, true) / POSITION_STEPS;
    keypoints[row * KEYPOINT_VALUES + 1] = view.getUint16(from + 2, true) / POSITION_STEPS;
    keypoints[row * KEYPOINT_VALUES + 2] = view.getUint16(from + 4, true) / SIGMA_STEPS;
    keypoints[row * KEYPOINT_VALUES + 3] = (view.getUint16(from + 6, true) / TURN_STEPS) * 2 * Math.PI;
  }
  const descriptorsAt = HEADER_BYTES + count * KEYPOINT_BYTES;
  const colorsAt = descriptorsAt + count * DESCRIPTOR_VALUES;
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
 * A catalogue picture as seen from near and from afar, one block after the other, the strongest KEYPOINTS_PER_VIEW of each. A pack
 * seen by a distant or unfocused camera has other keypoints than the picture itself: with both views 86 % of degraded photographs
 * have the right item first, with one 78 %; see docs/models.md.
 */
export function encodeViews(views: readonly LocalFeatures[]): Uint8Array {
  return Buffer.concat(views.map((view) => encodeFeatures(limitFeatures(view, KEYPOINTS_PER_VIEW))));
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
  if (bytes.length < HEADER_BYTES) return bytes.length;
  const count = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES).getUint16(4, true);
  return HEADER_BYTES + count * BYTES_PER_KEYPOINT;
}

function checksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(CRC_AT + 4), crc32(bytes.subarray(0, CRC_AT)));
}

function clampToUint16(value: number): number {
  return Math.min(65535, Math.max(0, Math.round(value)));
}
