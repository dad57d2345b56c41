import type { Box } from '../box.ts';
import { leastOverlap } from './camera-motion.ts';
import { matchGreedily } from './match.ts';
import type { SeenBox, TrackedFrame, TrackerOptions } from './state.ts';
import { expectAt, prolong, type Track } from './track.ts';

/** What overlaps so much is one thing, even if it is taken for another one now. */
const sameThing = 0.5;

/** Of a side: what moves by more than its own width between two samples still overlaps itself when it is enlarged by this at each side. */
const reach = 0.5;
const farOverlap = 0.1;

/** A round of matching what the rounds before left: which boxes, and as what. */
interface Round {
  takes(box: SeenBox): boolean;
  seenAs?(box: SeenBox): SeenBox;
  knownAs?<B extends Box>(box: B): B;
  leastOverlap: number;
}

/**
 * Gives boxes to tracks: certain ones first; then uncertain ones, which ByteTrack found to be the hidden and the blurred; then, where
 * things move, those that moved far (enlarged boxes, as in C-BIoU, Yang et al., 2023); last those that are taken for something else now.
 */
export function prolongTracks(
  before: readonly Track[],
  seen: readonly SeenBox[],
  { timeSeconds }: TrackedFrame,
  options: TrackerOptions,
): { tracks: Track[]; trackIds: (number | null)[] } {
  const rounds: Round[] = [
    { takes: ({ confidence }) => confidence >= options.leastConfidence, leastOverlap },
    { takes: () => true, leastOverlap },
    ...(options.thingsMove ? [{ takes: () => true, seenAs: enlarge, knownAs: enlarge, leastOverlap: farOverlap }] : []),
    { takes: () => true, seenAs: (box) => ({ ...box, key: null }), leastOverlap: sameThing },
  ];
  const tracks = [...before];
  const trackIds: (number | null)[] = seen.map(() => null);
  const expected = before.map((track) => expectAt(track, timeSeconds));
  const isTaken = new Set<number>();
  for (const { takes, seenAs = same, knownAs = same, leastOverlap: least } of rounds) {
    const boxes = indexesOf(seen, (box, index) => trackIds[index] === null && takes(box));
    const open = indexesOf(expected, (_, index) => !isTaken.has(index));
    const matches = matchGreedily(
      boxes.map((index) => seenAs(seen[index]!)),
      open.map((index) => knownAs(expected[index]!)),
      least,
    );
    for (const match of matches) {
      const box = boxes[match.seen]!;
      const track = open[match.known]!;
      isTaken.add(track);
      tracks[track] = prolong(tracks[track]!, seen[box]!, timeSeconds, options);
      trackIds[box] = tracks[track].id;
    }
  }
  return { tracks, trackIds };
}

function indexesOf<T>(values: readonly T[], isChosen: (value: T, index: number) => boolean): number[] {
  return values.flatMap((value, index) => (isChosen(value, index) ? [index] : []));
}

function same<T>(value: T): T {
  return value;
}

function enlarge<B extends Box>(box: B): B {
  const { x, y, width, height } = box;
  return {
    ...box,
    x: x - reach * width,
    y: y - reach * height,
    width: width * (1 + 2 * reach),
    height: height * (1 + 2 * reach),
  };
}
