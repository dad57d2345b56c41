import { Badge, type Tone } from '../ui/badge.tsx';

const looks: Record<string, { label: string; tone: Tone }> = {
  INDEXING: { label: 'Indexing', tone: 'busy' },
  ACTIVE: { label: 'Active', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  ARCHIVED: { label: 'Archived', tone: 'neutral' },
};

export function ItemStatusBadge({ status }: { status: string }) {
  // More values may be added to the enum.
  const { label, tone } = looks[status] ?? { label: status, tone: 'neutral' };
  return <Badge tone={tone}>{label}</Badge>;
}
