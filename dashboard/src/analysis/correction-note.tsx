import { formatDateTime } from '../format/format.ts';
import type { DetectionFragment } from './analysis.generated.ts';

interface Said {
  verdict: string;
  catalogItem: { name: string } | null;
}

/** What a person has said about a detection, and whether it counts. */
export function CorrectionNote({ correction }: { correction: NonNullable<DetectionFragment['correction']> }) {
  const { status, actor, createdAt } = correction;
  const how = status === 'PROPOSED' ? 'Proposed' : 'Corrected';
  return (
    <>
      {how} {formatDateTime(createdAt)}
      {actor !== null && ` by ${actor}`}: {describeVerdict(correction)}.
    </>
  );
}

/** What a correction says a detection shows. */
export function describeVerdict({ verdict, catalogItem }: Said): string {
  if (verdict === 'NOT_A_PRODUCT') return 'not a product';
  return catalogItem?.name ?? 'a product that is not in the catalogue';
}
