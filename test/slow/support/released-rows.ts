import { newId } from '../../../src/ids.ts';
import type { TestDatabase } from '../../support/database.ts';

/** What the rows of an installation of 0.1.0 belong to. */
export interface ReleasedRows {
  organizationId: string;
  taskId: string;
  imageId: string;
  /** How many analyses there are. */
  analyses: number;
  /** Id of the n-th analysis, from 1. */
  analysisId(n: number): string;
}

/**
 * Fills the tables of 0.1.0 with analyses that have ended, in batches of a hundred, each with its place, metadata and event; every tenth
 * has a result and an image of its own.
 */
export async function fillReleased({ pool }: TestDatabase, analyses: number): Promise<ReleasedRows> {
  const [organizationId, taskId] = [newId(), newId()];
  const client = await pool.connect();
  try {
    // Foreign keys and the sum of stored bytes are right as they are.
    await client.query('set session_replication_role = replica');
    await client.query("insert into organization (id, name, plan) values ($1, 'Grown', 'UNLIMITED')", [organizationId]);
    await client.query(
      `insert into task (id, organization_id, name, type, pipeline, all_catalog_items) values ($1, $2, 'Shelves', 'DETECTION', 'shelf', true)`,
      [taskId, organizationId],
    );
    for (const statement of statements(organizationId, taskId, analyses)) await client.query(statement);
    await client.query('reset session_replication_role');
  } finally {
    client.release();
  }
  await pool.query('analyze');
  return {
    organizationId,
    taskId,
    imageId: idOf(2, 10),
    analyses,
    analysisId: (n) => idOf(1, n),
  };
}

/** Ids of one kind in their order, of a time long ago. */
function idOf(kind: number, n: number): string {
  return `018f0000-000${kind}-7000-8000-${n.toString(16).padStart(12, '0')}`;
}

function idSql(kind: number, n: string): string {
  return `('018f0000-000${kind}-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`;
}

function statements(organizationId: string, taskId: string, analyses: number): string[] {
  const organization = `'${organizationId}'::uuid`;
  const task = `'${taskId}'::uuid`;
  const [every, tenth] = [`generate_series(1, ${analyses}) n`, `generate_series(10, ${analyses}, 10) n`];
  const takenAt = `now() - (${analyses} - n) * interval '2 seconds' - interval '1 day'`;
  const detection = `{"itemId": null, "box": [10, 20, 30, 40], "confidence": 0.9, "objectness": 0.9, "candidates": []}`;
  return [
    `insert into blob (organization_id, sha256, byte_size, mime_type, width, height)
     select ${organization}, sha256(n::text::bytea), 1000000, 'image/jpeg', 4000, 3000 from ${tenth}`,
    `insert into image (id, organization_id, status, sha256, filename, metadata, created_at)
     select ${idSql(2, 'n')}, ${organization}, 'READY', sha256(n::text::bytea), 'shelf-' || n || '.jpg', '{"store": "12"}', ${takenAt} from ${tenth}`,
    `insert into batch (id, organization_id, task_id, priority, total, completed, created_at, finished_at)
     select ${idSql(3, 'n')}, ${organization}, ${task}, 0, 100, 100, ${takenAt}, ${takenAt} from generate_series(100, ${analyses}, 100) n`,
    `insert into analysis (id, organization_id, task_id, image_id, batch_id, status, priority, pipeline, place_id, metadata, attempt,
       detection_count, confidence, created_at, started_at, finished_at)
     select ${idSql(1, 'n')}, ${organization}, ${task}, case when n % 10 = 0 then ${idSql(2, 'n')} end,
       ${idSql(3, '((n - 1) / 100 + 1) * 100')}, 'SUCCEEDED', 0, 'shelf@1', 'store ' || n % 500, '{"store": "12"}', 1,
       1, 0.9, ${takenAt}, ${takenAt}, ${takenAt} from ${every}`,
    `insert into batch_analysis (batch_id, position, analysis_id, organization_id)
     select ${idSql(3, '((n - 1) / 100 + 1) * 100')}, (n - 1) % 100, ${idSql(1, 'n')}, ${organization} from ${every}`,
    `insert into analysis_result (analysis_id, organization_id, width, height, detections, timings)
     select ${idSql(1, 'n')}, ${organization}, 4000, 3000, '[${detection}]', '{}' from ${tenth}`,
    `insert into event (organization_id, kind, entity_id, task_id, batch_ids, state)
     select ${organization}, 'ANALYSIS', ${idSql(1, 'n')}, ${task}, array[${idSql(3, '((n - 1) / 100 + 1) * 100')}],
       '{"status": "SUCCEEDED", "previousStatus": "RUNNING"}' from ${every}`,
  ];
}
