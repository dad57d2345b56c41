import type { Readable } from 'node:stream';
import type { Kysely } from 'kysely';
import type { Config } from '../../config.ts';
import type { DB } from '../../database/types.generated.ts';
import type { Hints } from '../../events/hints.ts';
import type { FetchAttempt } from '../../fetching/attempts.ts';
import { download } from '../../fetching/download.ts';
import { FetchError } from '../../fetching/fetch-error.ts';
import type { FetchNetwork } from '../../fetching/network.ts';
import type { Failure } from '../../shared/failure.ts';
import { StoreUnavailableError } from '../../storage/blob-store.ts';
import type { StagedBytes } from '../bytes/blobs.repository.ts';
import { type Awaiting, failAwaited, settleAwaited } from '../receiving/awaiting.ts';
import { receiveUrl } from '../receiving/named-url.ts';
import type { Rejected } from '../receiving/rejected.ts';

export interface FetchResources {
  db: Kysely<DB>;
  config: Pick<Config, 'urlIngest'>;
  hints: Hints;
  network: FetchNetwork;
}

/** A file that a client has named by its URL. */
export interface NamedFile<Bytes extends StagedBytes> {
  url: string;
  /** What it should be. */
  noun: 'image' | 'video';
  /** How long the download may take. */
  totalMs: number;
  /** Must read or destroy the stream. */
  stage(body: Readable): Promise<Bytes | Rejected>;
  awaiting: Awaiting<Bytes>;
}

/**
 * Makes one attempt to fetch a file: what waits for it gets the bytes, or fails.
 * @returns whether another attempt makes sense: the URL did not respond, or the signal was aborted.
 * @throws anything unexpected; in the last attempt, what waits has failed before.
 */
export async function fetchNamed<Bytes extends StagedBytes & { kind: 'staged' }>(
  app: FetchResources,
  file: NamedFile<Bytes>,
  attempt: FetchAttempt,
): Promise<boolean> {
  let received: Bytes | Rejected | null = null;
  try {
    received = await receive(app, file, attempt.signal);
    await settleAwaited(app, file.awaiting, received);
    return false;
  } catch (error) {
    if (attempt.signal?.aborted) return true;
    if (error instanceof FetchError) {
      if (error.retryable && !attempt.isLast) return true;
      await failAwaited(app, file.awaiting, notFetched(file, error));
      return false;
    }
    const waits = attempt.mayWait && error instanceof StoreUnavailableError;
    if (attempt.isLast && !waits) await failAwaited(app, file.awaiting, serverFailed(file));
    throw error;
  } finally {
    if (received?.kind === 'staged') await received.staged.discard();
  }
}

async function receive<Bytes extends StagedBytes>(
  { config, network }: FetchResources,
  { url, noun, totalMs, stage }: NamedFile<Bytes>,
  signal: AbortSignal | undefined,
): Promise<Bytes | Rejected> {
  // The setting under which the api allowed the URL may be different here, or may have changed.
  const allowed = receiveUrl(url, config.urlIngest);
  if (allowed.kind === 'rejected') return allowed;
  const accept = `${noun}/*`;
  return stage(await download(new URL(url), { policy: config.urlIngest!, network, signal, totalMs, accept }));
}

function notFetched({ noun, totalMs }: { noun: string; totalMs: number }, error: FetchError): Failure {
  const { code, retryable } = error;
  const message =
    code === 'DOWNLOAD_FAILED'
      ? `The ${noun} could not be downloaded. Make sure that the URL returns status 200 and the file to anyone on the internet within ${inWords(totalMs)}.`
      : error.message;
  return { code, message, retryable };
}

function inWords(ms: number): string {
  const seconds = ms / 1_000;
  return seconds < 120 ? `${seconds} seconds` : `${seconds / 60} minutes`;
}

function serverFailed({ noun }: { noun: string }): Failure {
  return {
    code: 'INTERNAL',
    message: `The server failed; the ${noun} is not at fault. Submit it again.`,
    retryable: true,
  };
}
