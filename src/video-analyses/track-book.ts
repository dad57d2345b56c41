import type { Tracker } from '../recognition/tracking/tracker.ts';
import type { FoundFrame, FoundTrack, FrameDetection } from './found.ts';

/** A frame before its detections belong to tracks. */
export interface UntrackedFrame extends Omit<FoundFrame, 'detections'> {
  detections: Omit<FrameDetection, 'track'>[];
}

interface Entry {
  found: Omit<FoundTrack, 'itemId' | 'label' | 'confidence'>;
  /** What it was named as: the sum of confidences, and the greatest. By item, and by label without an item. */
  names: Map<string, { itemId: string | null; label: string | null; sum: number; best: number }>;
}

/** Frames of one analysis become tracks here, in the order of time. Made again from the stored frames, it goes on where it stood. */
export class TrackBook {
  readonly #tracker: Tracker;
  readonly #entries = new Map<number, Entry>();
  #changed = new Set<number>();
  #started: number[] = [];
  #ended: number[] = [];

  constructor(tracker: Tracker) {
    this.#tracker = tracker;
  }

  /** @returns the frame with the track of each detection */
  add(frame: UntrackedFrame): FoundFrame {
    const { timeSeconds, width, height, moved } = frame;
    const boxes = frame.detections.map(({ box, itemId, label, confidence }) => ({
      ...{ x: box[0], y: box[1], width: box[2], height: box[3] },
      ...{ key: itemId ?? label, confidence },
    }));
    const { trackIds, started, ended } = this.#tracker.advance({ timeSeconds, width, height, boxes, moved });
    const detections = frame.detections.map((detection, index) => ({ ...detection, track: trackIds[index]! }));
    for (const detection of detections) if (detection.track !== null) this.#note(detection.track, detection, frame);
    for (const id of ended) this.#end(id);
    this.#started.push(...started);
    return { ...frame, detections };
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

  #note(
    id: number,
    { box, itemId, label, confidence }: FrameDetection,
    { timeSeconds, width, height }: UntrackedFrame,
  ) {
    const sighting = { timeSeconds, box };
    const entry = this.#entries.get(id) ?? begin(id, { ...sighting, width, height });
    this.#entries.set(id, entry);
    this.#changed.add(id);
    const { found } = entry;
    found.lastSeconds = timeSeconds;
    found.sightings += 1;
    found.isEnded = false;
    found.path.push(sighting);
    const key = itemId === null ? `label ${label}` : `item ${itemId}`;
    const name = entry.names.get(key) ?? { itemId, label: itemId === null ? label : null, sum: 0, best: 0 };
    entry.names.set(key, { ...name, sum: name.sum + confidence, best: Math.max(name.best, confidence) });
    // The most certain sighting of what it is taken for now.
    if (confidence >= name.best && nameOf(entry) === entry.names.get(key)) found.best = { ...sighting, width, height };
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
  };
}

/** An item rather than none: that a product was not recognised in some frames does not contradict those that recognised it. */
function nameOf({ names }: Entry) {
  const all = [...names.values()];
  const items = all.filter(({ itemId }) => itemId !== null);
  return (items.length > 0 ? items : all).reduce((a, b) => (b.sum > a.sum ? b : a));
}

function toTrack(entry: Entry): FoundTrack {
  const { itemId, label, best } = nameOf(entry);
  return { ...entry.found, itemId, label, confidence: best, path: [...entry.found.path] };
}
