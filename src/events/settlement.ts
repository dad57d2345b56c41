import type { EventKind, EventState, LogEvent } from './event.ts';
import { isVisible, type Snapshot } from './snapshot.ts';

/** An entity that has ended stays so, but an image or catalogue item may be indexed again. */
const finalKinds: ReadonlySet<EventKind> = new Set(['ANALYSIS', 'BATCH', 'EXPORT', 'CATALOG_IMPORT', 'VIDEO_ANALYSIS']);

export interface SettlementOptions {
  members: readonly { entityId: string; settled: boolean }[];
  /** The snapshot under which `members` was read: it already contains the events before it. */
  snapshot: Snapshot;
  isSettled(state: EventState): boolean;
}

/** Follows which members of a finite set have not settled yet. Nothing else of the members is kept, because a stream may last for days. */
export class Settlement {
  /** Whether each member is open. */
  readonly #members: Map<string, boolean>;
  readonly #snapshot: Snapshot;
  readonly #isSettled: SettlementOptions['isSettled'];
  #open = 0;

  constructor({ members, snapshot, isSettled }: SettlementOptions) {
    this.#members = new Map();
    this.#snapshot = snapshot;
    this.#isSettled = isSettled;
    for (const { entityId, settled } of members) this.#mark(entityId, !settled);
  }

  get complete(): boolean {
    return this.#open === 0;
  }

  /** Events must come in the order of the log; reading the same range again changes nothing. */
  observe(event: LogEvent): void {
    if (!this.#members.has(event.entityId) || isVisible(this.#snapshot, event.xid)) return;
    if (this.#isSettled(event.state)) this.#mark(event.entityId, false);
    // Two writers of one batch may log its end before the progress that led there.
    else if (!finalKinds.has(event.kind)) this.#mark(event.entityId, true);
  }

  #mark(entityId: string, isOpen: boolean): void {
    const wasOpen = this.#members.get(entityId) ?? false;
    this.#members.set(entityId, isOpen);
    this.#open += Number(isOpen) - Number(wasOpen);
  }
}
