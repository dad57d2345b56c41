import { isCutByEdge } from '../recognition/tracking/tracker.ts';
import type { FoundFrame, FrameDetection } from './found.ts';

/** A sighting of a track that was compared with the catalogue. */
export interface Look {
  /** null: it is none of the items. */
  itemId: string | null;
  /** Of the box, in square pixels. */
  area: number;
  /** The frame's edge cuts it. */
  isCut: boolean;
  /** The number of the sighting, from 1. */
  sighting: number;
}

/** A track is compared at most this often, and once more if all that was seen of it at first was cut by the frame's edge. */
const mostLooks = 3;
/** A sighting whose box is larger by this factor shows more. */
const larger = 1.2;
/** Sightings of equal size from this many on are worth another look: the first one may be blurred, or have a reflection. */
const apart = 2;

/** @param sighting its number among those of the track, from 1 */
export function toLook({ box, itemId }: FrameDetection, frame: FoundFrame, sighting: number): Look {
  const [x, y, width, height] = box;
  return { itemId, area: width * height, isCut: isCutByEdge({ x, y, width, height }, frame), sighting };
}

/**
 * Whether a sighting of a track is worth being compared with the catalogue, which is most of what a frame costs. So naming a track does not
 * cost more the longer it is seen. Two looks that agree decide; what the edge of the frame cuts is looked at only if nothing else comes.
 */
export function isWorthALook(before: readonly Look[], { area, isCut, sighting }: Look): boolean {
  if (isCut) return before.length === 0 && sighting >= apart;
  const whole = before.filter((look) => !look.isCut);
  const last = whole.at(-1);
  if (!last) return true;
  const isDecided = whole.length === 2 && whole[0]!.itemId === last.itemId;
  if (isDecided || whole.length >= mostLooks) return false;
  return area >= larger * Math.max(...whole.map((look) => look.area)) || sighting - last.sighting >= apart;
}
