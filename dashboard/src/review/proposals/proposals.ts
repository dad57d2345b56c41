import type { ApolloClient } from '@apollo/client';
import { describeProblem } from '../../graphql/describe-problem.ts';
import { untilAnswered } from '../../graphql/until-answered.ts';
import {
  ApproveProposalDocument,
  type ProposalChangesSubscription,
  type ProposalFragment,
  ProposalsDocument,
  RemoveProposalDocument,
} from './proposals.generated.ts';

/** The next page is read when so few are left. */
const readAheadAt = 25;

export interface ProposalsState {
  rows: readonly ProposalFragment[];
  /** The one that keys are about; null: there are none. */
  selected: ProposalFragment | null;
  isReading: boolean;
  /** Where the stream of changes begins; null: nothing has been read yet. */
  start: string | null;
  problem: string | null;
}

type Change = ProposalChangesSubscription['correctionEvents'];

/** The corrections that wait for approval, and the one that a person looks at. Decisions are saved while they look at the next one. */
export class Proposals {
  readonly #apollo: ApolloClient;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** Decided, here or elsewhere. They stay out of the list, whatever was on its way when that happened. */
  readonly #decided = new Set<string>();
  #rows: readonly ProposalFragment[] = [];
  #selectedId: string | null = null;
  #isReading = false;
  #start: string | null = null;
  /** Of the last page; null: there is no further one. */
  #after: string | null | undefined;
  #problem: string | null = null;
  #snapshot: ProposalsState;

  constructor(apollo: ApolloClient) {
    this.#apollo = apollo;
    this.#snapshot = this.#take();
    void this.#read();
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly state = (): ProposalsState => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What has been decided is still saved. */
  close(): void {
    this.#stop.abort();
  }

  select(id: string): void {
    this.#selectedId = id;
    this.#changed();
  }

  /** @param by 1: the next one, -1: the one before */
  move(by: number): void {
    const at = this.#rows.findIndex(({ id }) => id === this.#snapshot.selected?.id);
    const next = this.#rows[at + by];
    if (next) this.select(next.id);
  }

  approve(id: string): void {
    this.#decide(id, async () => {
      const { data } = await this.#apollo.mutate({
        mutation: ApproveProposalDocument,
        variables: { id },
        fetchPolicy: 'no-cache',
      });
      return data!.approveCorrections.results;
    });
  }

  remove(id: string): void {
    this.#decide(id, async () => {
      const { data } = await this.#apollo.mutate({
        mutation: RemoveProposalDocument,
        variables: { id },
        fetchPolicy: 'no-cache',
      });
      // What somebody else has removed is what was asked for.
      return data!.removeCorrections.results.filter((result) => !('code' in result) || result.code !== 'NOT_FOUND');
    });
  }

  /** What has happened elsewhere. New ones go to the end: what a person is about to approve does not move. */
  apply(change: Exclude<Change, { __typename: 'StreamResync' }>): void {
    const { correctionId: id, status, correction } = change;
    if (status !== 'PROPOSED') {
      this.#decided.add(id);
      this.#drop(id);
    } else if (correction && !this.#decided.has(id) && !this.#rows.some((row) => row.id === id))
      this.#rows = [...this.#rows, correction];
    this.#changed();
  }

  /** Reads on after a problem. */
  retry(): void {
    this.#problem = null;
    void this.#read();
  }

  /** Requests that arrive twice change nothing more, so they are sent until there is an answer. */
  #decide(id: string, request: () => Promise<readonly object[]>): void {
    const row = this.#rows.find((one) => one.id === id);
    if (!row) return;
    this.#decided.add(id);
    this.#drop(id);
    this.#changed();
    void this.#read();
    void untilAnswered(request, never).then(
      ([refused]) => refused && 'message' in refused && this.#report(String(refused.message)),
      (error: unknown) => {
        this.#decided.delete(id);
        this.#rows = [...this.#rows, row];
        this.#report(describeProblem(error));
      },
    );
  }

  #report(problem: string): void {
    this.#problem = problem;
    this.#changed();
  }

  /** The one that takes its place is selected, as in a list that a person works through. */
  #drop(id: string): void {
    const at = this.#rows.findIndex((row) => row.id === id);
    if (at < 0) return;
    const isSelected = this.#snapshot.selected?.id === id;
    this.#rows = this.#rows.filter((row) => row.id !== id);
    if (isSelected) this.#selectedId = (this.#rows[at] ?? this.#rows.at(-1))?.id ?? null;
  }

  async #read(): Promise<void> {
    if (this.#isReading || this.#after === null || this.#rows.length > readAheadAt) return;
    this.#isReading = true;
    this.#changed();
    try {
      const variables: { after: string | null } = { after: this.#after ?? null };
      const { data } = await this.#apollo.query({ query: ProposalsDocument, variables, fetchPolicy: 'no-cache' });
      this.#stop.signal.throwIfAborted();
      const { corrections, eventCursor } = data!;
      this.#start ??= eventCursor;
      this.#after = corrections.pageInfo.hasNextPage ? corrections.pageInfo.endCursor : null;
      const known = new Set([...this.#decided, ...this.#rows.map(({ id }) => id)]);
      this.#rows = [...this.#rows, ...corrections.nodes.filter(({ id }) => !known.has(id))];
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#problem = describeProblem(error);
    }
    this.#isReading = false;
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  }

  #take(): ProposalsState {
    return {
      rows: this.#rows,
      selected: this.#rows.find(({ id }) => id === this.#selectedId) ?? this.#rows[0] ?? null,
      isReading: this.#isReading,
      start: this.#start,
      problem: this.#problem,
    };
  }
}

const never = new AbortController().signal;
