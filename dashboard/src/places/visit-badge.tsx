import type { VisitStatus } from '../graphql/schema-types.generated.ts';
import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Record<VisitStatus, { label: string; tone: Tone }> = {
  OPEN: { label: 'Open', tone: 'busy' },
  CLOSING: { label: 'Closes when all is recognised', tone: 'busy' },
  CLOSED: { label: 'Closed', tone: 'neutral' },
};

/** Whether pictures may follow. */
export function VisitBadge({ status }: { status: VisitStatus }) {
  const { label, tone } = looks[status];
  return <Badge tone={tone}>{label}</Badge>;
}
