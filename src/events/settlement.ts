import type { EventKind, EventState, LogEvent } from './event.ts';
import { isVisible, type Snapshot } from './snapshot.ts';

/** An entity that has ended stays so, but an image or catalogue item may be indexed again. */
const finalKinds: ReadonlySet<EventKind> = new Set(['ANALYSIS', 'BATCH', 'EXPORT', 'CATALOG_IMPORT']);

export interface SettlementOptions {
  members: readonly { entityId: string; settled: boolean }[];
  /** The snapshot under which `members` was read: it already contains the events before it. */
  snapshot: Snapshot;
  isSettled(state: EventState): boolean;
}

/** Follows which members of a finite set have not settled yet. */
export class Settlement {
  readonly #members: ReadonlySet<string>;
  readonly #open: Set<string>;
  readonly #options: SettlementOptions;

  constructor(options: SettlementOptions) {
    this.#members = new Set(options.members.map((member) => member.entityId));
    this.#open = new Set(options.members.filter((member) => !member.settled).map((member) => member.entityId));
    this.#options = options;
  }

  get complete(): boolean {
    return this.#open.size === 0;
  }

  /** Events must come in the order of the log; reading the same range again changes nothing. */
  observe(event: LogEvent): void {
    const { snapshot, isSettled } = this.#options;
    if (!this.#members.has(event.entityId) || isVisible(snapshot, event.xid)) return;
    if (isSettled(event.state)) this.#open.delete(event.entityId);
    // Two writers of one batch may log its end before the progress that led there.
    else if (!finalKinds.has(event.kind)) this.#open.add(event.entityId);
  }
}
