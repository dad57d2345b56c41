/** Rows of a page, unless the list says otherwise. */
export const pageSize = 100;
/** Pages that are kept before and behind the visible ones. */
const keptAround = 2;
/** The next page is fetched when so few rows are left below the visible ones. */
const fetchAheadRows = 40;
/**
 * Pages that are on their way at once. Who drags the scroll bar through the list waits for the page where they stop, not for all those that
 * they passed.
 */
const pendingLimit = 2;

export interface ListPage<Row> {
  nodes: readonly Row[];
  pageInfo: { endCursor: string | null; hasNextPage: boolean };
}

/** @param after the end of the page before; null: the first page */
export type FetchPage<Row> = (after: string | null) => Promise<ListPage<Row>>;

/**
 * A window onto a connection of any length. It holds the pages around what is visible, and of all others only where they begin: a list
 * of 100,000 rows takes as much memory as one of 500. (Apollo's cache would keep every page that was ever read.)
 */
export class ListWindow<Row extends { id: string }> {
  readonly #fetchPage: FetchPage<Row>;
  readonly #rowsPerPage: number;
  readonly #pages = new Map<number, readonly Row[]>();
  /** Where each page that has been read ends; the next one begins there. */
  readonly #ends: (string | null)[] = [];
  /** The pages that are on their way, each with the number of its request. */
  readonly #pending = new Map<number, number>();
  #requests = 0;
  /** Pages whose rows are visible, or are about to be. */
  #wanted = { first: 0, last: 0 };
  /** What waits for the pages of all requests up to `lastRequest`. */
  readonly #waiting: { lastRequest: number; act: () => void }[] = [];
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #error: unknown = null;
  /** Rows of the last page, once it is known which that is. */
  #lastLength: number | null = null;

  /** @param rowsPerPage as many as `fetchPage` asks for */
  constructor(fetchPage: FetchPage<Row>, rowsPerPage = pageSize) {
    this.#fetchPage = fetchPage;
    this.#rowsPerPage = rowsPerPage;
  }

  /** Rows that are known of. It grows as the end comes into sight. */
  get length(): number {
    if (this.#lastLength === null) return this.#ends.length * this.#rowsPerPage;
    return (this.#ends.length - 1) * this.#rowsPerPage + this.#lastLength;
  }

  /** Whether `length` is that of the whole list. */
  get isComplete(): boolean {
    return this.#lastLength !== null;
  }

  /** Why the last page that was asked for did not come. */
  get error(): unknown {
    return this.#error;
  }

  /** Undefined while its page is fetched. */
  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.#rowsPerPage))?.[index % this.#rowsPerPage];
  }

  /** Tells which rows are visible: fetches what is missing of them, and drops what is far away. */
  show(first: number, last: number): void {
    this.#wanted = {
      first: Math.floor(first / this.#rowsPerPage),
      last: Math.floor((last + fetchAheadRows) / this.#rowsPerPage),
    };
    for (const page of this.#pages.keys()) if (!this.#isKept(page)) this.#pages.delete(page);
    this.#readWanted();
  }

  #isKept(page: number): boolean {
    return page >= this.#wanted.first - keptAround && page <= this.#wanted.last + keptAround;
  }

  #readWanted(): void {
    for (let page = this.#wanted.first; page <= this.#wanted.last; page++)
      if (!this.#pages.has(page) && this.#pending.size < pendingLimit) void this.#read(page);
  }

  /** Asks again for what did not come. */
  retry(): void {
    this.#error = null;
    this.#readWanted();
    this.#changed();
  }

  /**
   * Calls `act` once the pages that are on their way now have come, in the order of the calls; at once where none is. What an event says
   * belongs in it: a page that was read before the event and arrives after it would undo the change for good, or contain the row that `has`
   * denies. Pages that are requested later contain the change.
   */
  whenRead(act: () => void): void {
    if (this.#pending.size === 0) act();
    else this.#waiting.push({ lastRequest: this.#requests, act });
  }

  #actOnRead(): void {
    const oldestPending = Math.min(...this.#pending.values());
    while (this.#waiting[0] && this.#waiting[0].lastRequest < oldestPending) this.#waiting.shift()!.act();
  }

  /** A row has changed. Returns whether it is one of those that are kept. */
  update(changed: Row): boolean {
    return this.change(changed.id, () => changed);
  }

  /** Whether it is one of the rows that are kept. */
  has(id: string): boolean {
    return this.#pages.values().some((rows) => rows.some((row) => row.id === id));
  }

  /** As `update`, for a row of which only a part is new. */
  change(id: string, toChanged: (row: Row) => Row): boolean {
    for (const [page, rows] of this.#pages) {
      if (!rows.some((row) => row.id === id)) continue;
      this.#pages.set(
        page,
        rows.map((row) => (row.id === id ? toChanged(row) : row)),
      );
      this.#changed();
      return true;
    }
    return false;
  }

  async #read(page: number): Promise<void> {
    // A page begins where the one before it ends, which must have been read.
    const isReachable = page <= this.#ends.length && !(this.isComplete && page >= this.#ends.length);
    if (!isReachable || this.#pending.has(page) || this.#error !== null) return;
    this.#requests += 1;
    this.#pending.set(page, this.#requests);
    try {
      const { nodes, pageInfo } = await this.#fetchPage(page === 0 ? null : (this.#ends[page - 1] ?? null));
      if (this.#isKept(page)) this.#pages.set(page, nodes);
      this.#ends[page] = pageInfo.endCursor;
      if (!pageInfo.hasNextPage) this.#lastLength = nodes.length;
    } catch (error) {
      this.#error = error;
    } finally {
      this.#pending.delete(page);
      this.#actOnRead();
      this.#changed();
      this.#readWanted();
    }
  }

  #changed(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly version = (): number => this.#version;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
