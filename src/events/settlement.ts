import type { EventKind, EventState, LogEvent } from './event.ts';
import { isVisible, type Snapshot } from './snapshot.ts';

/** What has come to its end stays there; an image or catalogue item may be indexed again. */
const finalKinds: ReadonlySet<EventKind> = new Set(['ANALYSIS', 'BATCH', 'EXPORT']);

export interface SettlementOptions {
  members: readonly { entityId: string; settled: boolean }[];
  /** What `members` was read under: its events are contained in it. */
  snapshot: Snapshot;
  isSettled(state: EventState): boolean;
}

/** Follows which members of a finite set have not come to rest yet. */
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

  /** In the order of the log; seeing a stretch again from its beginning to its end changes nothing. */
  observe(event: LogEvent): void {
    const { snapshot, isSettled } = this.#options;
    if (!this.#members.has(event.entityId) || isVisible(snapshot, event.xid)) return;
    if (isSettled(event.state)) this.#open.delete(event.entityId);
    // Two writers of one batch may log its end before the progress that led there.
    else if (!finalKinds.has(event.kind)) this.#open.add(event.entityId);
  }
}
