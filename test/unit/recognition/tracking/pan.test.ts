import { describe, expect, test } from 'vitest';
import type { TrackedFrame, TrackerState } from '../../../../src/recognition/tracking/state.ts';
import { createTracker } from '../../../../src/recognition/tracking/tracker.ts';
import { judgeTracks, type TrackFigures } from './support/count.ts';
import { type Pan, type PanSettings, simulatePan, usualPan } from './support/pan.ts';
import { trackBySort } from './support/sort.ts';

const seeds = Array.from({ length: 10 }, (_, index) => index + 1);
const standing = { thingsMove: false, leastConfidence: 0.3 };

function track({ frames }: Pan): (number | null)[][] {
  const tracker = createTracker(standing);
  return frames.map((frame) => tracker.advance(frame).trackIds);
}

function sum(settings: Partial<PanSettings>, follow: (pan: Pan) => (number | null)[][]): TrackFigures {
  const figures = seeds.map((seed) => {
    const pan = simulatePan({ ...usualPan, ...settings, seed });
    return judgeTracks(pan, follow(pan));
  });
  const total = (of: keyof TrackFigures) => figures.reduce((all, one) => all + one[of], 0);
  return { tracks: total('tracks'), shown: total('shown'), switches: total('switches'), mixed: total('mixed') };
}

describe('a pan along a shelf', () => {
  test.each<[string, Partial<PanSettings>, { switches: number }]>([
    ['by what boxes say alone', {}, { switches: 0.01 }],
    ['there and back', { returns: true }, { switches: 0.02 }],
    ['turned', { turn: 0.12, seesMotion: true }, { switches: 0.01 }],
    ['nearer and nearer', { zoom: 1.8, seesMotion: true }, { switches: 0.02 }],
    ['in a trembling hand', { shake: 0.06, seesMotion: true }, { switches: 0.01 }],
    ['fast', { step: 0.35, frames: 12, seesMotion: true }, { switches: 0.01 }],
    [
      'by a detector that misses a fifth',
      { missed: 0.2, falseAlarms: 0.06, jitter: 0.06, seesMotion: true },
      { switches: 0.03 },
    ],
    ['of two shelves, near', { rows: 2, seesMotion: true }, { switches: 0.03 }],
  ])('counts each product once: %s', (_, settings, most) => {
    const { tracks, shown, switches, mixed } = sum(settings, track);
    expect(Math.abs(tracks - shown) / shown).toBeLessThan(0.05);
    expect(switches / shown).toBeLessThan(most.switches);
    expect(mixed / shown).toBeLessThan(0.03);
  });

  test('following boxes from frame to frame counts shelves several times', () => {
    const ours = sum({ returns: true }, track);
    const sort = sum({ returns: true }, ({ frames }) => trackBySort(frames));
    expect(sort.switches).toBeGreaterThan(100 * ours.switches);
    expect(sort.tracks / sort.shown).toBeGreaterThan(1.5);
  });

  test('a tracker goes on from its stored state as if it had not stopped', () => {
    const { frames } = simulatePan({ ...usualPan, returns: true });
    const whole = createTracker(standing);
    let state: TrackerState | undefined;
    for (const frame of frames) {
      const again = createTracker(standing, state);
      expect(again.advance(frame)).toEqual(whole.advance(frame));
      state = JSON.parse(JSON.stringify(again.state)) as TrackerState;
    }
  });

  test('after a cut to another shelf nothing goes on', () => {
    const one = simulatePan({ ...usualPan, seed: 1, frames: 6, seesMotion: true });
    const other = simulatePan({ ...usualPan, seed: 2, frames: 6, seesMotion: true });
    const tracker = createTracker(standing);
    const cutTo = (frame: TrackedFrame) => ({
      ...frame,
      timeSeconds: frame.timeSeconds + 3,
      moved: frame.moved ?? null,
    });
    const before = new Set(one.frames.flatMap((frame) => tracker.advance(frame).trackIds));
    const cut = other.frames.map((frame) => tracker.advance(cutTo(frame)));
    expect(new Set(cut[0]!.ended)).toEqual(new Set([...before].filter((id) => id !== null)));
    expect(cut.flatMap(({ trackIds }) => trackIds).filter((id) => before.has(id))).toEqual([]);
  });
});
