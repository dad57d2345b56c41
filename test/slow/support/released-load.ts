import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../../../src/ids.ts';
import type { ReleasedRows } from './released-rows.ts';

/** The longest that a process of 0.1.0 may wait for a lock while the database is migrated. */
export const lockLimitMs = 1_000;

/** What processes of 0.1.0 do with the database, as they do it: they submit, finish and list analyses. */
export class ReleasedLoad {
  /** Statements that have been answered. */
  statements = 0;
  /** Analyses that were submitted. */
  analyses = 0;
  /** How long the slowest of them took, and what it was. */
  slowest = { ms: 0, text: '' };
  readonly #url: string;
  readonly #rows: ReleasedRows;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[];

  /** @param clients connections that work at the same time */
  constructor(url: string, rows: ReleasedRows, clients: number) {
    this.#url = url;
    this.#rows = rows;
    this.#running = Array.from({ length: clients }, () => this.#work());
  }

  /** @throws what the first client met that could not go on, such as a lock that it did not get in time */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Rejects as soon as a client cannot go on; otherwise it never ends before `stop`. */
  get failed(): Promise<void> {
    return Promise.all(this.#running).then(() => undefined);
  }

  async #work(): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url, application_name: 'sightline' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      await client.query(`set lock_timeout = ${lockLimitMs}; set plan_cache_mode = force_custom_plan`);
      while (!this.#stop.signal.aborted) {
        const submitted = await this.#submit(client);
        await this.#finish(client, submitted);
        await this.#list(client);
        await delay(20);
      }
    } finally {
      await client.end();
    }
  }

  async #query(client: pg.Client, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
    const begunAt = performance.now();
    const result = await client.query(text, values);
    const ms = performance.now() - begunAt;
    if (ms > this.slowest.ms) this.slowest = { ms, text };
    this.statements += 1;
    return result;
  }

  async #transaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
    await this.#query(client, 'begin');
    await work();
    await this.#query(client, 'commit');
  }

  async #submit(client: pg.Client): Promise<{ batchId: string; ids: string[] }> {
    const { organizationId, taskId, imageId } = this.#rows;
    const [batchId, ids] = [newId(), Array.from({ length: 5 }, newId)];
    await this.#transaction(client, async () => {
      await this.#query(
        client,
        'insert into batch (id, organization_id, task_id, priority, total) values ($1, $2, $3, 0, 5)',
        [batchId, organizationId, taskId],
      );
      await this.#query(
        client,
        `insert into analysis (id, organization_id, task_id, image_id, batch_id, status, priority, pipeline, place_id, waits_for_image)
         select id, $2, $3, $4, $5, 'QUEUED', 0, 'old@1', 'store 1', true from unnest($1::uuid[]) id`,
        [ids, organizationId, taskId, imageId, batchId],
      );
      await this.#query(
        client,
        `insert into batch_analysis (batch_id, position, analysis_id, organization_id)
         select $1, position - 1, id, $3 from unnest($2::uuid[]) with ordinality as member(id, position)`,
        [batchId, ids, organizationId],
      );
      await this.#log(client, ids, batchId, 'QUEUED', null);
    });
    this.analyses += ids.length;
    return { batchId, ids };
  }

  async #finish(client: pg.Client, { batchId, ids }: { batchId: string; ids: string[] }): Promise<void> {
    const { organizationId } = this.#rows;
    await this.#transaction(client, async () => {
      await this.#query(client, 'select id from analysis where id = any($1::uuid[]) order by id for update', [ids]);
      await this.#query(
        client,
        `update analysis set status = 'SUCCEEDED', attempt = 1, detection_count = 1, confidence = 0.9, started_at = now(),
           finished_at = now(), updated_at = now() where id = any($1::uuid[])`,
        [ids],
      );
      await this.#query(
        client,
        `insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
         select id, $2, 4000, 3000, '[]', '{}' from unnest($1::uuid[]) id`,
        [ids, organizationId],
      );
      await this.#query(client, 'update batch set completed = 5, finished_at = now() where id = $1', [batchId]);
      await this.#log(client, ids, batchId, 'SUCCEEDED', 'QUEUED');
    });
  }

  async #log(client: pg.Client, ids: string[], batchId: string, status: string, before: string | null): Promise<void> {
    await this.#query(
      client,
      `insert into event (organization_id, kind, entity_id, task_id, batch_ids, state)
       select $2, 'ANALYSIS', id, $3, array[$4::uuid], $5 from unnest($1::uuid[]) id`,
      [ids, this.#rows.organizationId, this.#rows.taskId, batchId, JSON.stringify({ status, previousStatus: before })],
    );
  }

  async #list(client: pg.Client): Promise<void> {
    const { organizationId, imageId } = this.#rows;
    await this.#query(
      client,
      `select id, status, place_id, confidence from analysis where organization_id = $1 order by id desc limit 50`,
      [organizationId],
    );
    await this.#query(client, 'select id, filename, sha256 from image where organization_id = $1 and id = $2', [
      organizationId,
      imageId,
    ]);
    await this.#query(
      client,
      `select xid::text, id, state from event where organization_id = $1 and kind = 'ANALYSIS' order by event.xid desc, id desc limit 50`,
      [organizationId],
    );
  }
}
