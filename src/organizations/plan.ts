import type { Selectable } from 'kysely';
import type { Plan as PlanTable } from '../database/types.generated.ts';

/** The limits of a plan: the column, and its heading in `plan show`. Code that reads and shows plans is derived from it. */
export const planLimits = {
  maxBatchSize: { column: 'max_batch_size', heading: 'images in a batch' },
  requestCostPerMinute: { column: 'request_cost_per_minute', heading: 'request cost a minute' },
  maxStorageBytes: { column: 'max_storage_bytes', heading: 'bytes stored' },
  maxVideoBytes: { column: 'max_video_bytes', heading: 'bytes of a video' },
  maxVideoSeconds: { column: 'max_video_seconds', heading: 'seconds of a video' },
} as const satisfies Record<string, { column: keyof PlanTable; heading: string }>;

type PlanRow = Selectable<PlanTable>;

/** What an organisation may do. A limit of null means no limit. */
export type Plan = {
  name: string;
  /** Whether analyses cost credits. */
  metered: boolean;
} & {
  [Name in keyof typeof planLimits]: null extends PlanRow[(typeof planLimits)[Name]['column']] ? number | null : number;
};

export function readPlan(row: PlanRow): Plan {
  const limits = Object.entries(planLimits).map(([name, { column }]) => {
    const limit = row[column];
    // The driver returns bigint as text.
    return [name, limit === null ? null : Number(limit)] as const;
  });
  return { name: row.name, metered: row.metered, ...Object.fromEntries(limits) } as Plan;
}

/** The plans that every installation has. */
const knownPlans = ['FREE', 'STARTER', 'GROWTH', 'PRO', 'SCALE', 'UNLIMITED'] as const;
export type PlanKind = (typeof knownPlans)[number] | 'CUSTOM';

/** Operators may add rows to the table of plans, with names that clients do not know. */
export function planKind(name: string): PlanKind {
  return knownPlans.find((known) => known === name) ?? 'CUSTOM';
}
