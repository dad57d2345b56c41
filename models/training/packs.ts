/**
 * The packs of a checkout of the GroceryStoreDataset as the engine describes them: one iconic picture an item as the catalogue,
 * photographs taken by hand in shops as the queries, also made as poor as those of a shelf.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadPipelines } from '../../src/models/load-pipelines.ts';
import { decodeViews } from '../../src/recognition/local-features/encoding.ts';
import type { LocalFeatures } from '../../src/recognition/local-features/features.ts';
import { type DecodedPicture, decodeFile } from '../../workers/engines/child/pictures/decode.ts';
import { describePicture } from '../../workers/engines/child/pipelines/describe.ts';
import { type ReadyProductPipeline, readyPipelines } from '../../workers/engines/child/pipelines/loaded-pipelines.ts';
import { embedRegions } from '../../workers/engines/child/steps/embed/embed.ts';
import { frameRegion } from '../../workers/engines/child/steps/verify/frames.ts';
import { normalNumbers, seededRandom } from './random.ts';

/** `native`: as it is (348 px); `128`: its long side made 128 px; `degraded`: then blurred, noisy and compressed. */
export const qualities = ['native', '128', 'degraded'] as const;
export type Quality = (typeof qualities)[number];

export interface Pack {
  name: string;
  /** Packs of one brand are sisters: they share the logo and much of the artwork. */
  brand: string;
  file: string;
}

export interface Photo {
  /** Its place among the packs. */
  pack: number;
  file: string;
}

/** A pack as the catalogue knows it. */
export interface KnownPack {
  embedding: Float32Array;
  views: LocalFeatures[];
}

/** A photograph as the engine sees a crop. */
export interface SeenPhoto {
  embedding: Float32Array;
  features: LocalFeatures;
}

export const MAX_PIXELS = 50e6;
const unguarded = { check() {} };

/** The packs, and their photographs of the training and validation lists in the order of the lists. */
export async function readPacks(dir: string): Promise<{ packs: Pack[]; photos: Photo[] }> {
  const rows = (await readFile(join(dir, 'classes.csv'), 'utf8')).trim().split(/\r?\n/).slice(1);
  const classes = rows.map((row) => row.split(',')).filter((row) => row[4]!.includes('/Packages/'));
  const lists = await Promise.all(['train.txt', 'val.txt'].map((name) => readFile(join(dir, name), 'utf8')));
  const place = new Map(classes.map((row, index) => [row[1]!, index]));
  const photos = lists
    .flatMap((text) => text.trim().split(/\r?\n/))
    .map((line) => line.split(', '))
    .filter((line) => place.has(line[1]!))
    .map((line) => ({ pack: place.get(line[1]!)!, file: join(dir, line[0]!) }));
  const packs = classes.map((row) => ({ name: row[0]!, brand: row[0]!.split('-')[0]!, file: join(dir, row[4]!) }));
  return { packs, photos };
}

/** Opens a pipeline of the project's models folder. @throws Error for one that does not verify. */
export async function openVerifyingPipeline(key: string): Promise<ReadyProductPipeline> {
  const all = await loadPipelines(join(import.meta.dirname, '..'));
  const ready = await readyPipelines(
    all.filter((pipeline) => pipeline.key === key),
    1,
  );
  const pipeline = await ready.get(key)?.open();
  if (pipeline?.kind !== 'PRODUCTS' || !pipeline.verifier) throw new Error(`${key} has no verifier.`);
  return pipeline;
}

/** A picture as the catalogue knows it: a pack's, or a photograph that a correction made a reference picture. */
export async function describePack(
  file: string,
  pipeline: ReadyProductPipeline,
  quality: Quality = 'native',
): Promise<KnownPack> {
  const picture = await lowerQuality(await decodeFile(file, MAX_PIXELS), quality);
  const described = await describePicture(picture, pipeline, { features: true }, unguarded);
  if (!described.ok) throw new Error(`${file} cannot be described.`);
  return { embedding: described.embedding, views: decodeViews(described.features!) };
}

export async function seePhoto(file: string, quality: Quality, pipeline: ReadyProductPipeline): Promise<SeenPhoto> {
  const picture = await lowerQuality(await decodeFile(file, MAX_PIXELS), quality);
  const whole = { x: 0, y: 0, width: picture.width, height: picture.height };
  const [embedding] = await embedRegions(picture, [whole], pipeline, unguarded);
  const session = pipeline.verifier!;
  const { rgb, valid } = await frameRegion(picture, whole, session.side);
  return { embedding: embedding!, features: await session.run(rgb, valid) };
}

const POOR_SIDE = 128;
const BLUR_SIGMA = 0.7;
const NOISE_SIGMA = 4;
const JPEG_QUALITY = 75;

export async function lowerQuality(picture: DecodedPicture, quality: Quality): Promise<DecodedPicture> {
  if (quality === 'native') return picture;
  const scale = POOR_SIDE / Math.max(picture.width, picture.height);
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  const { width, height } = picture;
  const small = await sharp(picture.rgb, { raw: { width, height, channels: 3 } })
    .resize(size.width, size.height, { fit: 'fill' })
    .raw()
    .toBuffer();
  if (quality === '128') return { ...size, rgb: small };
  const raw = { ...size, channels: 3 as const };
  const blurred = await sharp(small, { raw }).blur(BLUR_SIGMA).raw().toBuffer();
  const noise = normalNumbers(blurred.length, seededRandom(3));
  const noisy = Buffer.from(
    blurred.map((value, index) => Math.min(255, Math.max(0, Math.round(value + NOISE_SIGMA * noise[index]!)))),
  );
  const jpeg = await sharp(noisy, { raw }).jpeg({ quality: JPEG_QUALITY }).toBuffer();
  return { ...size, rgb: await sharp(jpeg).raw().toBuffer() };
}
