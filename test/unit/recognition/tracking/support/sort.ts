import { matchGreedily } from '../../../../../src/recognition/tracking/match.ts';
import type { TrackedFrame } from '../../../../../src/recognition/tracking/state.ts';

/** The baseline: boxes of a frame go to those of the frame before that overlap most, moved on as they moved last (SORT, Bewley et al., 2016). */
export function trackBySort(frames: readonly TrackedFrame[]): (number | null)[][] {
  let nextId = 1;
  let tracks: {
    id: number;
    x: number;
    y: number;
    width: number;
    height: number;
    vx: number;
    vy: number;
    age: number;
  }[] = [];
  return frames.map(({ boxes }) => {
    const known = tracks.map((track) => ({ ...track, x: track.x + track.vx, y: track.y + track.vy, key: null }));
    const matches = matchGreedily(boxes, known, 0.3);
    const ids: (number | null)[] = boxes.map(() => null);
    const kept = tracks.filter((_, index) => !matches.some((match) => match.known === index));
    const next = kept.map((track) => ({ ...track, x: track.x + track.vx, y: track.y + track.vy, age: track.age + 1 }));
    for (const [index, { x, y, width, height }] of boxes.entries()) {
      const match = matches.find(({ seen }) => seen === index);
      const old = match && tracks[match.known]!;
      const id = old?.id ?? nextId++;
      ids[index] = id;
      next.push({ id, x, y, width, height, vx: old ? x - old.x : 0, vy: old ? y - old.y : 0, age: 0 });
    }
    tracks = next.filter(({ age }) => age <= 1);
    return ids;
  });
}
