import type { Selectable } from 'kysely';
import type { Plan as PlanTable } from '../database/types.generated.ts';

/** What a plan limits: the column, and its heading in `plan show`. Whatever reads and shows plans follows from it. */
export const planLimits = {
  maxBatchSize: { column: 'max_batch_size', heading: 'images in a batch' },
  requestCostPerMinute: { column: 'request_cost_per_minute', heading: 'request cost a minute' },
  maxStorageBytes: { column: 'max_storage_bytes', heading: 'bytes stored' },
} as const satisfies Record<string, { column: keyof PlanTable; heading: string }>;

type PlanRow = Selectable<PlanTable>;

/** What an organisation may do. A limit that is null does not limit. */
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
    // A bigint comes as text.
    return [name, limit === null ? null : Number(limit)] as const;
  });
  return { name: row.name, metered: row.metered, ...Object.fromEntries(limits) } as Plan;
}

/** The plans that every installation has. */
const knownPlans = ['FREE', 'STARTER', 'GROWTH', 'PRO', 'SCALE', 'UNLIMITED'] as const;
export type PlanKind = (typeof knownPlans)[number] | 'CUSTOM';

/** Operators add rows of their own to the table of plans; those have names that no client knows. */
export function planKind(name: string): PlanKind {
  return knownPlans.find((known) => known === name) ?? 'CUSTOM';
}
