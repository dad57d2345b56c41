import type { Box } from '../box.ts';
import { type Alignment, alignFrame, holds, type Scene, viewOf } from './camera-motion.ts';
import { centreOf, compose, identity, type Point, type Similarity, shift } from './similarity.ts';
import { beginning, type SeenBox, type TrackedFrame, type TrackerOptions, type TrackerState } from './state.ts';
import { toKeyedBox } from './track.ts';

/** Fewer boxes do not say where a frame lies. */
const fewBoxes = 5;
/**
 * Mean overlap of boxes with what was known, below which the picture is another one. On simulated pans it is 0.62 or more, with a detector
 * that misses a fifth 0.45; between two shelves whose rows are equally high it is 0.5, so that boxes alone miss most such cuts. Pixels that
 * agree rule a cut out; where they do not, boxes have to agree well.
 */
const leastAgreement = { unseen: 0.45, pixelsDisagree: 0.6 };

/** Finds where the frame lies. After a cut, coordinates begin anew, and the tracks so far are left behind. */
export function placeFrame(
  before: TrackerState,
  frame: TrackedFrame,
  boxes: readonly SeenBox[],
  { leastConfidence }: TrackerOptions,
): TrackerState & { left: number[] } {
  const seconds = before.timeSeconds === null ? 0 : frame.timeSeconds - before.timeSeconds;
  const certain = boxes.filter(({ confidence }) => confidence >= leastConfidence);
  const known = before.tracks.filter((track) => track.sightings > 1 || track.lastSeconds === before.timeSeconds);
  const scene: Scene = { known: known.map(toKeyedBox), views: before.views };
  const expected = expectPlace(before, frame, seconds);
  const found =
    certain.length > 0 && known.length > 0
      ? alignFrame(certain, frame, scene, { similarity: expected, isMeasured: Boolean(frame.moved) })
      : null;
  const view = viewOf(before.similarity, frame);
  const shown = scene.known.filter((box) => holds(view, box)).length;
  if (isElsewhere(found, Math.min(certain.length, shown), frame)) return leaveScene(before, frame);
  const similarity = found?.similarity ?? (frame.moved ? expected : before.similarity);
  const next = viewOf(similarity, frame);
  const drift = seconds > 0 ? velocity(centreOf(view), centreOf(next), seconds) : before.drift;
  return { ...before, similarity, drift, views: addView(before.views, next), left: [] };
}

/** Whether the picture is another one: a cut, or a swing past everything known. */
function isElsewhere(found: Alignment | null, comparable: number, { moved }: TrackedFrame): boolean {
  if (moved || comparable < fewBoxes) return false;
  if (!found || found.compared < fewBoxes) return true;
  return found.agreement < (moved === null ? leastAgreement.pixelsDisagree : leastAgreement.unseen);
}

/** By what the pixels show, else as if the camera went on as before. */
function expectPlace({ similarity, drift }: TrackerState, { moved }: TrackedFrame, seconds: number): Similarity {
  if (!moved) return shift(similarity, [drift[0] * seconds, drift[1] * seconds]);
  // What was at p is at p + moved now: the frame lies the other way.
  return compose(similarity, shift(identity, [-moved[0], -moved[1]]));
}

function velocity(from: Point, to: Point, seconds: number): Point {
  return [(to[0] - from[0]) / seconds, (to[1] - from[1]) / seconds];
}

function leaveScene({ tracks, nextId }: TrackerState, frame: TrackedFrame) {
  const left = tracks.filter(({ hasEnded }) => !hasEnded).map(({ id }) => id);
  return { ...beginning, views: [viewOf(identity, frame)], nextId, left };
}

/** Views that lie this near to each other (of their width) tell the same. */
const nearViews = 0.25;
const mostViews = 500;

function addView(views: readonly Box[], view: Box): readonly Box[] {
  const [x, y] = centreOf(view);
  const isKnown = views.some((other) => {
    const [u, v] = centreOf(other);
    return Math.hypot(u - x, v - y) < nearViews * view.width;
  });
  return isKnown ? views : [...views, view].slice(-mostViews);
}
