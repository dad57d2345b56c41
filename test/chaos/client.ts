import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Server, TestBatch } from '../slow/support/batch.ts';
import { Follower, ResyncError } from '../slow/support/follow.ts';
import { expectExactlyTheLog } from '../slow/support/log.ts';
import { request } from '../support/client.ts';
import type { ChaosInstallation } from './installation.ts';
import type { Random } from './random.ts';

const retryMs = 200;

/** A client of a batch that goes on at any api, as the documentation tells it to, until the stream is complete. */
export class ResumingClient {
  readonly batch: TestBatch;
  connections = 0;
  resyncs = 0;
  /** Of the time since the last StreamResync, after which a client begins anew. */
  follower: Follower;
  readonly #installation: ChaosInstallation;
  readonly #random: Random;

  constructor(installation: ChaosInstallation, random: Random, batch: TestBatch) {
    this.#installation = installation;
    this.#random = random;
    this.batch = batch;
    this.follower = new Follower(batch);
  }

  async followToTheEnd(): Promise<void> {
    for (;;) {
      this.connections += 1;
      const outcome = await this.#follow();
      if (outcome === 'complete') return;
      if (outcome === 'resync') {
        this.resyncs += 1;
        this.follower = new Follower(this.batch);
      }
      await delay(retryMs);
    }
  }

  async #follow(): Promise<'complete' | 'broken' | 'resync'> {
    const { servers } = this.#installation;
    if (servers.length === 0) return 'broken';
    try {
      return (await this.follower.follow(this.#random.pick(servers)).completed) ? 'complete' : 'broken';
    } catch (error) {
      if (error instanceof ResyncError) return 'resync';
      if (isTransient(error)) return 'broken';
      throw error;
    }
  }

  /** Nothing lost, nothing twice, everything in order. */
  async expectTheWholeLog(): Promise<void> {
    await expectExactlyTheLog(this.#installation.databaseUrl, this.batch, this.follower.changes);
  }
}

/** Submits under an idempotency key until it is accepted, wherever and however often that takes. @returns the batch and how often it was tried */
export async function submitUntilAccepted(
  installation: ChaosInstallation,
  random: Random,
  input: { idempotencyKey: string; taskId: string; images: { source: { base64: string } }[] },
): Promise<{ batch: TestBatch; attempts: number }> {
  for (let attempts = 1; ; attempts += 1) {
    const server = installation.servers.length > 0 ? random.pick(installation.servers) : null;
    const payload = server && (await submit(server, input));
    if (payload) return { batch: payload, attempts };
    await delay(retryMs);
  }
}

/** null: to be tried again. */
async function submit({ url, apiKey }: Server, input: object): Promise<TestBatch | null> {
  const query = `mutation ($input: SubmitBatchInput!) {
    submitBatch(input: $input) {
      __typename
      ... on SubmitBatchPayload { batch { id eventCursor } items { analysis { id } } }
      ... on UserError { code message }
    }
  }`;
  try {
    const { body } = await request(url, { apiKey, query, variables: { input } });
    const payload = body.data?.submitBatch;
    if (payload?.__typename === 'SubmitBatchPayload')
      return {
        ...payload.batch,
        analysisIds: payload.items.map(({ analysis }: { analysis: { id: string } }) => analysis.id),
      };
    // Whatever the fault, the only answer that may come is that it passes.
    expect(body.errors?.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toEqual([
      'UNAVAILABLE',
    ]);
    return null;
  } catch (error) {
    if (isTransient(error)) return null;
    throw error;
  }
}

/** The connection was refused or broke, or the server says that it cannot for now. */
function isTransient(error: unknown): boolean {
  // Not always an Error: of a socket that cannot connect it is the event that says so.
  const { message } = (error ?? {}) as { message?: unknown };
  return typeof message === 'string' && /fetch failed|ECONNREFUSED|ECONNRESET|socket hang up|UNAVAILABLE/.test(message);
}
