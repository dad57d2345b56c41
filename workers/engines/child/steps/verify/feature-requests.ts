import type { StoredFeatures, WantedFeatures } from '../../../protocol/item-matrix.ts';
import type { FromEngine } from '../../../protocol/messages.ts';

/** Requests of the engine to its worker that have no response yet. */
export class FeatureRequests {
  readonly #send: (message: FromEngine) => void;
  readonly #open = new Map<number, (features: StoredFeatures[] | null) => void>();
  #count = 0;

  constructor(send: (message: FromEngine) => void) {
    this.#send = send;
  }

  ask(id: string, model: string, wanted: WantedFeatures[]): Promise<StoredFeatures[] | null> {
    const request = ++this.#count;
    const { promise, resolve } = Promise.withResolvers<StoredFeatures[] | null>();
    this.#open.set(request, resolve);
    this.#send({ type: 'features-wanted', id, request, model, wanted });
    return promise;
  }

  answer(request: number, features: StoredFeatures[] | null): void {
    this.#open.get(request)?.(features);
    this.#open.delete(request);
  }
}
