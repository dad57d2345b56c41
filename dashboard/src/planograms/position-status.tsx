import type { PositionStatus } from '../graphql/schema-types.generated.ts';
import { Badge, type Tone } from '../ui/badge.tsx';

interface StatusLook {
  label: string;
  tone: Tone;
  /** For lists: what differs comes first, then what says nothing, then what is as planned. */
  rank: number;
}

const looks: Record<PositionStatus, StatusLook> = {
  MISSING: { label: 'Missing', tone: 'bad', rank: 0 },
  WRONG_ITEM: { label: 'Another item', tone: 'bad', rank: 0 },
  MISPLACED: { label: 'On another shelf', tone: 'warn', rank: 0 },
  OUT_OF_ORDER: { label: 'Out of order', tone: 'warn', rank: 0 },
  TOO_FEW_FACINGS: { label: 'Too few facings', tone: 'warn', rank: 0 },
  TOO_MANY_FACINGS: { label: 'Too many facings', tone: 'warn', rank: 0 },
  UNIDENTIFIED: { label: 'Not identified', tone: 'neutral', rank: 1 },
  NOT_SEEN: { label: 'Not in the picture', tone: 'neutral', rank: 1 },
  FOUND: { label: 'As planned', tone: 'good', rank: 2 },
};

/** A status that a later server adds is a difference from the plan, and is shown as the API names it. */
export function lookOf(status: PositionStatus): StatusLook {
  return looks[status] ?? { label: status, tone: 'warn', rank: 0 };
}

/** How a planned position looks in a picture. */
export function PositionBadge({ status }: { status: PositionStatus }) {
  const { label, tone } = lookOf(status);
  return <Badge tone={tone}>{label}</Badge>;
}
