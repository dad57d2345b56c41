import type { PlayedFrameFragment } from './video.generated.ts';

export type PlayedDetection = PlayedFrameFragment['detections'][number];

/** What is where at a moment, in a frame of this size. */
export interface Moment {
  /** Of the last frame that was analysed. */
  url: string | null;
  width: number;
  height: number;
  detections: readonly PlayedDetection[];
  labels: PlayedFrameFragment['labels'];
  accepted: boolean | null;
}

/** A frame whose time was rounded up belongs to the moment just before it. */
const roundingSeconds = 0.002;

/**
 * What is seen at a time. Between two frames that were analysed, the box of a track moves in a straight line from one to the other.
 * @param frames in the order of time
 * @param mostSeconds for so long after it a frame counts; then nothing is known
 * @returns null: nothing is known of this moment
 */
export function momentAt(frames: readonly PlayedFrameFragment[], seconds: number, mostSeconds: number): Moment | null {
  const next = frames.findIndex(({ timeSeconds }) => timeSeconds > seconds + roundingSeconds);
  const before = frames[(next < 0 ? frames.length : next) - 1];
  if (!before || seconds - before.timeSeconds > mostSeconds) return null;
  const { url, width, height, labels, accepted } = before;
  const after = next < 0 ? undefined : frames[next];
  const isNear = after !== undefined && after.timeSeconds - before.timeSeconds <= mostSeconds;
  const detections = isNear ? between(before, after, seconds) : before.detections;
  return { url, width, height, detections, labels, accepted };
}

function between(before: PlayedFrameFragment, after: PlayedFrameFragment, seconds: number): PlayedDetection[] {
  const share = Math.max(0, (seconds - before.timeSeconds) / (after.timeSeconds - before.timeSeconds));
  const later = new Map(after.detections.map((detection) => [detection.track, detection.box]));
  return before.detections.map((detection) => {
    const target = detection.track === null ? undefined : later.get(detection.track);
    if (!target) return detection;
    const { box } = detection;
    const at = (edge: 'x' | 'y' | 'width' | 'height') => box[edge] + (target[edge] - box[edge]) * share;
    return { ...detection, box: { ...box, x: at('x'), y: at('y'), width: at('width'), height: at('height') } };
  });
}
