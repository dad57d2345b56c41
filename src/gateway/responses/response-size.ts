/** Smaller responses are not accounted for; larger ones reserve memory in steps of this size. */
const stepBytes = 64 * 1024;

/**
 * Room for the responses that this process makes or has not sent yet, counted as their JSON. In memory each takes about three
 * times as much: as objects, as text and as bytes.
 */
export class ResponseMemory {
  readonly maxBytes: number;
  /** Limit of one organisation, so that it cannot use all of it. */
  readonly maxOrganizationBytes: number;
  readonly taken = new Map<string, number>();
  bytes = 0;

  /** @param maxResponseBytes of one response: there is room for eight, four of them one organisation's */
  constructor(maxResponseBytes: number) {
    this.maxBytes = 8 * maxResponseBytes;
    this.maxOrganizationBytes = 4 * maxResponseBytes;
  }

  /** Reserves all of it or nothing. @returns whether there was room */
  take(organizationId: string, bytes: number): boolean {
    const own = (this.taken.get(organizationId) ?? 0) + bytes;
    if (own > this.maxOrganizationBytes || this.bytes + bytes > this.maxBytes) return false;
    this.bytes += bytes;
    this.taken.set(organizationId, own);
    return true;
  }

  give(organizationId: string, bytes: number): void {
    const left = (this.taken.get(organizationId) ?? 0) - bytes;
    this.bytes -= bytes;
    if (left > 0) this.taken.set(organizationId, left);
    else this.taken.delete(organizationId);
  }
}

/** One response while it is produced and sent: of an operation, of several in one array, or of one event. */
export class ResponseSize {
  readonly memory: ResponseMemory;
  readonly organizationId: string;
  readonly maxBytes: number;
  bytes = 0;
  taken = 0;
  released = false;

  constructor(memory: ResponseMemory, organizationId: string, maxBytes: number) {
    this.memory = memory;
    this.organizationId = organizationId;
    this.maxBytes = maxBytes;
  }

  /** @returns why the response cannot become this large; null: it can */
  grow(bytes: number): 'tooLarge' | 'noRoom' | null {
    this.bytes += bytes;
    if (this.bytes > this.maxBytes) return 'tooLarge';
    if (this.released) return null;
    const missing = this.bytes - this.taken - stepBytes;
    if (missing <= 0) return null;
    const steps = Math.ceil(missing / stepBytes) * stepBytes;
    if (!this.memory.take(this.organizationId, steps)) return 'noRoom';
    this.taken += steps;
    return null;
  }

  /** Called when it was sent, or will not be. */
  release(): void {
    if (!this.released && this.taken > 0) this.memory.give(this.organizationId, this.taken);
    this.released = true;
  }
}
