import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { eventDays } from '../events/log.ts';
import { ValidationError, type ValidationIssue } from '../user-error.ts';
import { type Retention, setRetention } from './retention.repository.ts';

/** A century: anything longer is for ever. */
export const maxDays = 36_500;
const mostDays: Record<keyof Retention, number> = {
  imageDays: maxDays,
  analysisDays: maxDays,
  exportDays: maxDays,
  eventDays,
  referenceDays: maxDays,
};

/** `null` for exportDays is rejected, not stored. */
export type RetentionUpdate = { [Field in keyof Retention]?: Retention[Field] | null };

/** An absent field stays; null: kept until deleted, or as long as the server keeps it. @throws ValidationError */
export async function updateRetention(
  { db }: { db: Kysely<DB> },
  organizationId: string,
  wanted: RetentionUpdate,
): Promise<void> {
  const issues = (Object.keys(mostDays) as (keyof Retention)[]).flatMap((field): ValidationIssue[] => {
    const days: number | null | undefined = wanted[field];
    if (days === null && field === 'exportDays')
      return [
        { path: [field], message: `It is null; expected 1 to ${mostDays[field]} days. Omit it to keep its value.` },
      ];
    if (days == null || (days >= 1 && days <= mostDays[field])) return [];
    return [{ path: [field], message: `It is ${days}; expected 1 to ${mostDays[field]} days.` }];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  await setRetention(db, organizationId, wanted as Partial<Retention>);
}

/** When retention removes data from that time; null: never. */
export function expiry(createdAt: Date, days: number | null): Date | null {
  return days === null ? null : new Date(createdAt.getTime() + days * 86_400_000);
}
