/**
 * Every photograph of the packs compared with every pack and with the photographs of the other half, as the engine compares crops with
 * reference pictures. Takes some minutes a quality, so what came out is kept in a file.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { verifyFeatures } from '../../../src/recognition/local-features/verify.ts';
import type { ReadyProductPipeline } from '../../../workers/engines/child/pipelines/loaded-pipelines.ts';
import {
  describePack,
  type KnownPack,
  type Pack,
  type Photo,
  type Quality,
  type SeenPhoto,
  seePhoto,
} from '../packs.ts';

/** Photographs by their index in the list, packs by theirs. */
export interface ComparedPhotos {
  /** Which half a photograph is in: 0 or 1. */
  halves: number[];
  /** Embeddings of the packs, of the photographs as crops, and of the photographs as reference pictures. */
  packs: number[][];
  crops: number[][];
  references: number[][];
  /** Scores of a photograph with each pack. */
  packScores: number[][];
  /** Scores of a photograph with each reference of the other half; 0 for those of its own half. */
  referenceScores: number[][];
}

/** Reads what a run kept in the file, or compares and keeps it there. */
export async function comparePhotos(
  { packs, photos }: { packs: readonly Pack[]; photos: readonly Photo[] },
  quality: Quality,
  pipeline: ReadyProductPipeline,
  file: string | undefined,
): Promise<ComparedPhotos> {
  const kept = file && (await readFile(file, 'utf8').catch(() => null));
  if (kept) return JSON.parse(kept);
  const halves = splitInHalves(photos);
  const known: KnownPack[] = [];
  for (const pack of packs) known.push(await describePack(pack.file, pipeline));
  const crops: SeenPhoto[] = [];
  const references: KnownPack[] = [];
  for (const photo of photos) {
    crops.push(await seePhoto(photo.file, quality, pipeline));
    references.push(await describePack(photo.file, pipeline, quality));
  }
  const compared = {
    halves,
    packs: known.map(({ embedding }) => [...embedding]),
    crops: crops.map(({ embedding }) => [...embedding]),
    references: references.map(({ embedding }) => [...embedding]),
    packScores: crops.map((crop) => known.map((pack) => score(crop, pack))),
    referenceScores: crops.map((crop, index) =>
      references.map((reference, other) => (halves[other] === halves[index] ? 0 : score(crop, reference))),
    ),
  };
  if (file) await writeFile(file, JSON.stringify(compared));
  return compared;
}

/** By the order of their names, not at random: photographs taken one after the other, which are nearly alike, stay together. */
function splitInHalves(photos: readonly Photo[]): number[] {
  const halves = photos.map(() => 0);
  for (const pack of new Set(photos.map((photo) => photo.pack))) {
    const mine = photos
      .map((photo, index) => ({ ...photo, index }))
      .filter((photo) => photo.pack === pack)
      .sort((a, b) => (a.file < b.file ? -1 : 1));
    for (const { index } of mine.slice(Math.ceil(mine.length / 2))) halves[index] = 1;
  }
  return halves;
}

function score({ features }: SeenPhoto, { views }: KnownPack): number {
  return Math.max(...views.map((view) => verifyFeatures(features, view).score));
}
