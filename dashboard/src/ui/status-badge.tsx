import { Badge, type Tone } from './badge.tsx';

const statuses: Record<string, { label: string; tone: Tone }> = {
  AWAITING_UPLOAD: { label: 'Awaiting upload', tone: 'neutral' },
  QUEUED: { label: 'Queued', tone: 'neutral' },
  RUNNING: { label: 'Running', tone: 'busy' },
  SUCCEEDED: { label: 'Succeeded', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  CANCELED: { label: 'Cancelled', tone: 'warn' },
  EXPIRED: { label: 'Expired', tone: 'warn' },
};

/** All statuses of an analysis, in the order of its life. */
export const analysisStatuses = Object.keys(statuses);

/** How a status is called. One that a later server adds is shown as the API names it. */
export const statusLabel = (status: string): string => statuses[status]?.label ?? status;

export function StatusBadge({ status }: { status: string }) {
  return <Badge tone={statuses[status]?.tone ?? 'neutral'}>{statusLabel(status)}</Badge>;
}
