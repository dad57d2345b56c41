import type { Tracker } from '../recognition/tracking/tracker.ts';
import type { FoundFrame, FoundTrack, FrameDetection } from './found.ts';
import { isWorthALook, type Look, toLook } from './looks.ts';
import { addSighting, type NameSums, nameOf } from './track-name.ts';

/** A frame before its detections belong to tracks. */
export interface UntrackedFrame extends Omit<FoundFrame, 'detections'> {
  detections: Omit<FrameDetection, 'track'>[];
}

interface Entry {
  found: Omit<FoundTrack, 'itemId' | 'matchedBy' | 'label' | 'confidence'>;
  names: NameSums;
  looks: Look[];
}

/**
 * Frames of one analysis become tracks here, in the order of time: `follow`, then `note`. Made again from the stored frames, it goes on
 * where it stood.
 */
export class TrackBook {
  readonly #tracker: Tracker;
  readonly #namesTracks: boolean;
  readonly #entries = new Map<number, Entry>();
  #changed = new Set<number>();
  #started: number[] = [];
  #ended: number[] = [];

  /** @param options namesTracks: products are named once a track, after they were followed; so names say nothing of where things are */
  constructor(tracker: Tracker, { namesTracks }: { namesTracks: boolean }) {
    this.#tracker = tracker;
    this.#namesTracks = namesTracks;
  }

  /** @returns the frame with the track of each detection */
  follow(frame: UntrackedFrame): FoundFrame {
    const { timeSeconds, width, height, moved } = frame;
    const boxes = frame.detections.map(({ box, itemId, label, confidence, objectness }) => ({
      ...{ x: box[0], y: box[1], width: box[2], height: box[3] },
      ...(this.#namesTracks ? { key: label, confidence: objectness } : { key: itemId ?? label, confidence }),
    }));
    const { trackIds, started, ended } = this.#tracker.advance({ timeSeconds, width, height, boxes, moved });
    for (const id of ended) this.#end(id);
    this.#started.push(...started);
    return {
      ...frame,
      detections: frame.detections.map((detection, index) => ({ ...detection, track: trackIds[index]! })),
    };
  }

  /** The detections of a followed frame that should be compared with the catalogue, by their indexes. */
  worthALook(frame: FoundFrame): number[] {
    if (!this.#namesTracks) return [];
    return frame.detections.flatMap((detection, index) => {
      const entry = this.#entries.get(detection.track ?? 0);
      if (detection.track === null) return [];
      const look = toLook(detection, frame, (entry?.found.sightings ?? 0) + 1);
      return isWorthALook(entry?.looks ?? [], look) ? [index] : [];
    });
  }

  /** Adds what a followed frame shows of each track. */
  note(frame: FoundFrame): void {
    for (const detection of frame.detections)
      if (detection.track !== null) this.#note(detection.track, detection, frame);
  }

  /** `follow` and `note`, for a frame that is stored. */
  add(frame: UntrackedFrame): FoundFrame {
    const followed = this.follow(frame);
    this.note(followed);
    return followed;
  }

  /** A track as it is known so far. */
  find(id: number): FoundTrack | null {
    const entry = this.#entries.get(id);
    return entry ? toTrack(entry) : null;
  }

  /** The video is over: every track has ended. */
  finish(): void {
    for (const [id, { found }] of this.#entries) if (!found.isEnded) this.#end(id);
  }

  /** The tracks that changed since the last call. */
  takeChanges(): { changed: FoundTrack[]; started: number[]; ended: number[] } {
    const changes = {
      changed: [...this.#changed].sort((a, b) => a - b).map((id) => toTrack(this.#entries.get(id)!)),
      started: this.#started,
      ended: this.#ended,
    };
    this.#changed = new Set();
    this.#started = [];
    this.#ended = [];
    return changes;
  }

  #note(id: number, detection: FrameDetection, frame: FoundFrame) {
    const { timeSeconds, width, height } = frame;
    const sighting = { timeSeconds, box: detection.box };
    const entry = this.#entries.get(id) ?? begin(id, { ...sighting, width, height });
    this.#entries.set(id, entry);
    this.#changed.add(id);
    const { found } = entry;
    found.lastSeconds = timeSeconds;
    found.sightings += 1;
    found.isEnded = false;
    found.path.push(sighting);
    if (detection.isLook) entry.looks.push(toLook(detection, frame, found.sightings));
    // The most certain sighting of what it is taken for now.
    if (addSighting(entry.names, detection)) found.best = { ...sighting, width, height };
  }

  #end(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    entry.found.isEnded = true;
    this.#changed.add(id);
    this.#ended.push(id);
  }
}

function begin(track: number, first: FoundTrack['best']): Entry {
  const { timeSeconds } = first;
  return {
    found: {
      ...{ track, firstSeconds: timeSeconds, lastSeconds: timeSeconds, sightings: 0 },
      ...{ best: first, path: [], isEnded: false },
    },
    names: new Map(),
    looks: [],
  };
}

function toTrack({ found, names }: Entry): FoundTrack {
  const { itemId, matchedBy, label, best } = nameOf(names);
  return { ...found, itemId, matchedBy, label, confidence: best, path: [...found.path] };
}
