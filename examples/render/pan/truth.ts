import { isInCatalogue } from '../products/index.ts';
import type { Scene } from '../scene.ts';
import { boxInPhoto, round, shownAtLeast } from '../truth.ts';
import { aisle } from './aisle.ts';
import { clip, lensAt } from './path.ts';

/** Frames of this rate are listed, which is that of a video analysis unless it asks for another. */
const framesPerSecond = 2;

/** A pack of the aisle, once, however many frames show it. Its `track` is its number in `frames`. */
export interface TrueTrack {
  track: number;
  /** Slug of the catalogue's product; null for a product that the catalogue lacks. */
  product: string | null;
}

/** x, y, width, height in pixels of the frame, cut at its edges. */
type Sighting = { track: number; box: [number, number, number, number] };

/** Every pack that is shown at least once with 30 % of its front, and where it is in each listed frame. */
export function panTruth(scene: Scene, marginPx: number) {
  const times = Array.from({ length: clip.seconds * framesPerSecond }, (_, index) => index / framesPerSecond);
  const frames = times.map((seconds) => ({ seconds, sightings: sightingsAt(scene, marginPx, seconds) }));
  const seen = new Set(frames.flatMap(({ sightings }) => sightings.map(({ track }) => track)));
  const tracks = scene.facings.flatMap(({ product: { slug } }, track): TrueTrack[] =>
    seen.has(track) ? [{ track, product: isInCatalogue(slug) ? slug : null }] : [],
  );
  return { tracks, frames };
}

function sightingsAt(scene: Scene, marginPx: number, seconds: number): Sighting[] {
  const lens = lensAt(seconds, { ...aisle, marginPx });
  return scene.facings.flatMap((facing, track): Sighting[] => {
    const seen = boxInPhoto(aisle, scene, lens, facing);
    const [left, top] = [Math.max(0, seen.left), Math.max(0, seen.top)];
    const width = Math.min(clip.widthPx, seen.right) - left;
    const height = Math.min(clip.heightPx, seen.bottom) - top;
    const shown = (Math.max(0, width) * Math.max(0, height)) / ((seen.right - seen.left) * (seen.bottom - seen.top));
    return shown < shownAtLeast ? [] : [{ track, box: [round(left), round(top), round(width), round(height)] }];
  });
}
