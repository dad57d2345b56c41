/** Whether the page's socket is open, for the banner that says so. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'lost';

export class Connection {
  #state: ConnectionState = 'idle';
  readonly #listeners = new Set<() => void>();

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly state = (): ConnectionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(state: ConnectionState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
