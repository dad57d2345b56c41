import type { Kysely } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import { ValidationError, type ValidationIssue } from '../user-error.ts';
import { type Retention, setRetention } from './retention.repository.ts';

/** A century: longer is for ever. */
export const maxDays = 36_500;

/** What is absent stays as it is; null: kept until somebody deletes it. @throws ValidationError */
export async function updateRetention(
  { db }: { db: Kysely<DB> },
  organizationId: string,
  wanted: Partial<Retention>,
): Promise<void> {
  const issues = (['imageDays', 'analysisDays', 'exportDays'] as const).flatMap((field): ValidationIssue[] => {
    const days = wanted[field];
    if (days == null || (days >= 1 && days <= maxDays)) return [];
    return [{ path: [field], message: `It is ${days}; expected 1 to ${maxDays} days.` }];
  });
  if (issues.length > 0) throw new ValidationError(issues);
  await setRetention(db, organizationId, wanted);
}

/** When retention removes what was made then; null: never. */
export function expiry(createdAt: Date, days: number | null): Date | null {
  return days === null ? null : new Date(createdAt.getTime() + days * 86_400_000);
}
