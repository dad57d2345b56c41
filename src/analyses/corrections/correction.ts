import type { Statement } from '../../recognition/corrections/statement.ts';

/** APPLIED: it counts. PROPOSED: it changes nothing until a caller with the scope TEACH approves it. */
export type CorrectionStatus = 'APPLIED' | 'PROPOSED';

/** Whether a result is read as it was found, or with its applied corrections. */
export type ResultBasis = 'FOUND' | 'CORRECTED';

/** As `correction` stores it; see its columns in the migration. */
export interface CorrectionRow extends Statement {
  organization_id: string;
  first_run: string;
  picture_width: number;
  picture_height: number;
  found_item_id: string | null;
  status: CorrectionStatus;
  actor: string | null;
  created_at: Date;
}

export function isApplied({ status }: Pick<CorrectionRow, 'status'>): boolean {
  return status === 'APPLIED';
}
