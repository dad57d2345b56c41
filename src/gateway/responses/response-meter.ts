import type { GraphQLError } from 'graphql';
import { refusal } from '../../refusal.ts';
import { jsonLength } from './json-length.ts';
import type { ResponseSize } from './response-size.ts';

/** Values in one response. About as many as usually fit into 32 MiB; with names of one letter, five times as many would fit. */
const maxFields = 1_000_000;
/** How often the clock is read: several times a millisecond. */
const fieldsPerLook = 256;
/** Bytes of an error in the response in addition to its message: path, location and code. */
const errorBytes = 250;
/** Creating an error takes about as long as this many fields. */
const fieldsPerError = 100;

/** Counts what an execution adds to its response while it runs, and stops it. */
export class ResponseMeter {
  readonly size: ResponseSize;
  /** Of performance.now(); Infinity: none. */
  readonly deadlineAtMs: number;
  readonly deadlineMs: number;
  /** Root fields of a mutation whose changes have been made. */
  readonly changed: string[] = [];
  fields = 0;
  /** Why it was stopped; null: it was not. */
  error: GraphQLError | null = null;
  /**
   * Called when it is stopped. Null when the execution has ended: the function leads to the result, and what a context leads to is kept by
   * collections of young objects, because WeakMaps of plugins hold it. They moved every response to the old generation.
   */
  onStop: (() => void) | null = null;
  readonly #lengths = new WeakMap<object, number>();

  /** @param deadlineMs how long the execution may take; null: no limit */
  constructor(size: ResponseSize, deadlineMs: number | null) {
    this.size = size;
    this.deadlineMs = deadlineMs ?? Number.POSITIVE_INFINITY;
    this.deadlineAtMs = performance.now() + this.deadlineMs;
  }

  /** Called before each field. @returns false: do not execute it any more */
  begin(): boolean {
    if (this.error !== null) return false;
    this.fields += 1;
    if (this.fields > maxFields) this.stop(this.tooLarge(`more than ${maxFields} values`));
    else if (this.fields % fieldsPerLook === 0 && performance.now() > this.deadlineAtMs) this.stop(this.tooSlow());
    return this.error === null;
  }

  addFields(count: number, bytes: number): void {
    this.fields += count;
    this.add(bytes);
  }

  addValue(value: unknown): void {
    this.add(jsonLength(value, this.#lengths));
  }

  addError(error: unknown): void {
    this.addFields(fieldsPerError, errorBytes + (error instanceof Error ? error.message.length : 0));
  }

  add(bytes: number): void {
    const broken = this.size.grow(bytes);
    if (broken === 'tooLarge') this.stop(this.tooLarge(`larger than ${this.size.maxBytes} bytes`));
    else if (broken === 'noRoom') this.stop(this.noRoom());
  }

  stop(error: GraphQLError): void {
    if (this.error !== null) return;
    this.error = error;
    this.onStop?.();
  }

  tooSlow(): GraphQLError {
    return withLimit(
      'queryTime',
      refusal(
        'UNAVAILABLE',
        `The query took longer than ${this.deadlineMs / 1000} s. Request less at a time, or retry when the server is less busy.`,
      ),
    );
  }

  tooLarge(what: string): GraphQLError {
    return withLimit(
      'responseBytes',
      refusal(
        'RESPONSE_TOO_LARGE',
        `The response is ${what}.${this.whatStands()} Request smaller pages, or fewer fields of each entry.`,
      ),
    );
  }

  noRoom(): GraphQLError {
    const found = 'Other large responses have not been read yet, so there is no memory for another one.';
    // A mutation that must not be retried has no code that suggests a retry.
    const error =
      this.changed.length === 0
        ? refusal('UNAVAILABLE', `${found} Retry in a few seconds, or request less at a time.`)
        : refusal('RESPONSE_TOO_LARGE', found + this.whatStands());
    return withLimit('responseMemory', error);
  }

  /** A mutation is not undone because of its response. */
  whatStands(): string {
    if (this.changed.length === 0) return '';
    return ` What ${this.changed.join(', ')} changed is stored; root fields after that were not begun.`;
  }
}

function withLimit(limit: string, error: GraphQLError): GraphQLError {
  error.extensions.limit = limit;
  return error;
}
