import type { ApolloClient } from '@apollo/client';
import { describeProblem } from '../graphql/describe-problem.ts';
import type { AnalysisFilter } from '../graphql/schema-types.generated.ts';
import { type ChangedBoxes, listChangedBoxes, withChangedBoxes } from './changed-boxes.ts';
import { type Correction, type Decision, saveDecision, undoDecision } from './corrections.ts';
import { listDoubtful } from './facings.ts';
import { type FacingFragment, type ReviewPictureFragment, ReviewQueueDocument } from './review.generated.ts';

/** Pictures that are read ahead of the one that is shown. */
const picturesAhead = 2;

/** What a person has said about some facings of a picture, with one key. */
interface Step {
  picture: ReviewPictureFragment;
  /** Null: of a product that was missed. */
  facingId: string | null;
  decision: Decision;
  /** As they were before it. */
  boxesBefore: ChangedBoxes;
  saved: Promise<Correction[]>;
}

export interface ReviewState {
  /** Null: none is left, or none has been read yet. */
  picture: ReviewPictureFragment | null;
  /** The next one, to be fetched before it is shown. */
  next: ReviewPictureFragment | null;
  /** The facing that is asked about; null: the picture has none left. */
  facing: FacingFragment | null;
  /** The facings of the picture that are still to be looked at, this one included. */
  left: readonly FacingFragment[];
  corrected: number;
  isReading: boolean;
  isSaving: boolean;
  canUndo: boolean;
  /** Corrections wait for someone who may approve them. */
  isProposing: boolean;
  problem: string | null;
}

export interface ReviewOptions {
  apollo: ApolloClient;
  filter: AnalysisFilter;
  /** Also what is hardly in doubt. */
  all: boolean;
}

/** The queue of pictures with doubtful facings, and where a person is in it. Decisions are saved while the next one is asked for. */
export class Review {
  readonly #options: ReviewOptions;
  readonly #stop = new AbortController();
  readonly #listeners = new Set<() => void>();
  /** Facings that were decided or passed over, by id. */
  readonly #done = new Set<string>();
  #pictures: readonly ReviewPictureFragment[] = [];
  #at = 0;
  #facingId: string | null = null;
  #steps: readonly Step[] = [];
  #boxes: ChangedBoxes = new Map();
  /** What is shown: the picture with the boxes as they were changed. */
  #shown: { of: ReviewPictureFragment; boxes: ChangedBoxes; picture: ReviewPictureFragment } | null = null;
  #corrected = 0;
  #saving = 0;
  #isReading = false;
  #isProposing = false;
  /** Of the last page; null: there is no further one. */
  #after: string | null | undefined;
  #problem: string | null = null;
  #snapshot: ReviewState;

  constructor(options: ReviewOptions) {
    this.#options = options;
    this.#snapshot = this.#take();
    void this.#read();
  }

  /** For useSyncExternalStore, as `subscribe` is. */
  readonly state = (): ReviewState => this.#snapshot;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** What has been decided is still saved. */
  close(): void {
    this.#stop.abort();
  }

  /** Asks about another facing of the picture, also one that is certain or was decided before. */
  select(facingId: string): void {
    this.#facingId = facingId;
    this.#changed();
  }

  /** Leaves the facing as it is, and goes on to the next one. */
  skip(): void {
    const { facing } = this.#snapshot;
    if (facing) this.#done.add(facing.id);
    this.#goOn();
  }

  skipPicture(): void {
    for (const { id } of this.#snapshot.left) this.#done.add(id);
    this.#goOn();
  }

  decide(decision: Decision): void {
    const { facing } = this.#snapshot;
    const picture = this.#pictures[this.#at];
    if (!picture) return;
    for (const id of decision.detectionIds) this.#done.add(id);
    this.#keep({ picture, facingId: decision.newBox ? null : (facing?.id ?? null), decision });
    this.#goOn();
  }

  /** Takes the last decision back, and asks again. */
  undo(): void {
    const step = this.#steps.at(-1);
    if (!step) return;
    this.#steps = this.#steps.slice(0, -1);
    for (const id of step.decision.detectionIds) this.#done.delete(id);
    this.#boxes = step.boxesBefore;
    this.#at = this.#pictures.indexOf(step.picture);
    this.#facingId = step.facingId;
    this.#corrected -= countOf(step.decision);
    this.#track(step.saved.then((saved) => undoDecision(this.#options.apollo, saved)));
    this.#changed();
  }

  /** Reads on after a problem. */
  retry(): void {
    this.#problem = null;
    void this.#read();
  }

  #keep(step: Omit<Step, 'saved' | 'boxesBefore'>): void {
    const boxesBefore = this.#boxes;
    const { detectionIds, changedBox } = step.decision;
    if (changedBox && detectionIds[0] !== undefined)
      this.#boxes = new Map([...boxesBefore, [detectionIds[0], changedBox]]);
    const saved = saveDecision(this.#options.apollo, step.picture.id, step.decision, this.#boxes);
    this.#steps = [...this.#steps, { ...step, boxesBefore, saved }];
    this.#corrected += countOf(step.decision);
    this.#track(
      saved.then((corrections) => {
        this.#isProposing ||= corrections.some(({ status }) => status === 'PROPOSED');
      }),
    );
  }

  #track(work: Promise<unknown>): void {
    this.#saving++;
    void work
      .catch((error: unknown) => {
        this.#problem = describeProblem(error);
      })
      .finally(() => {
        this.#saving--;
        this.#changed();
      });
  }

  #goOn(): void {
    this.#facingId = null;
    while (this.#at < this.#pictures.length && this.#left().length === 0) this.#at++;
    this.#changed();
    void this.#read();
  }

  /** Reads pictures until enough are ahead; those without a doubtful facing are passed over. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#changed();
    try {
      while (this.#after !== null && this.#pictures.length - this.#at <= picturesAhead) await this.#readPage();
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#problem = describeProblem(error);
    }
    this.#isReading = false;
    this.#changed();
  }

  async #readPage(): Promise<void> {
    const { apollo, filter, all } = this.#options;
    const variables: { filter: AnalysisFilter; after: string | null } = { filter, after: this.#after ?? null };
    const { data } = await apollo.query({ query: ReviewQueueDocument, variables, fetchPolicy: 'no-cache' });
    this.#stop.signal.throwIfAborted();
    const { nodes, pageInfo } = data!.analyses;
    this.#after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    const worthShowing = nodes.filter(
      ({ image, detections }) => image?.url && listDoubtful(detections, all).length > 0,
    );
    this.#pictures = [...this.#pictures, ...worthShowing];
    this.#boxes = new Map([...worthShowing.flatMap(({ detections }) => listChangedBoxes(detections)), ...this.#boxes]);
    this.#changed();
  }

  /** The same object until something changes, so that nothing of it is drawn anew. */
  #picture(): ReviewPictureFragment | null {
    const of = this.#pictures[this.#at];
    if (!of) return null;
    if (this.#shown?.of !== of || this.#shown.boxes !== this.#boxes)
      this.#shown = { of, boxes: this.#boxes, picture: withChangedBoxes(of, this.#boxes) };
    return this.#shown.picture;
  }

  #left(): FacingFragment[] {
    const picture = this.#picture();
    if (!picture) return [];
    return listDoubtful(picture.detections, this.#options.all).filter(({ id }) => !this.#done.has(id));
  }

  #changed(): void {
    this.#snapshot = this.#take();
    for (const listener of this.#listeners) listener();
  }

  #take(): ReviewState {
    const picture = this.#picture();
    const left = this.#left();
    const selected = picture?.detections.find(({ id }) => id === this.#facingId);
    return {
      picture,
      next: this.#pictures[this.#at + 1] ?? null,
      facing: selected ?? left[0] ?? null,
      left,
      corrected: this.#corrected,
      isReading: this.#isReading,
      isSaving: this.#saving > 0,
      canUndo: this.#steps.length > 0,
      isProposing: this.#isProposing,
      problem: this.#problem,
    };
  }
}

const countOf = ({ detectionIds, newBox }: Decision): number => detectionIds.length + (newBox ? 1 : 0);
