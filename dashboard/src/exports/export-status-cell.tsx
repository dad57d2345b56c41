import { useSubscription } from '@apollo/client/react';
import { Badge, type Tone } from '../ui/badge.tsx';
import { ExportChangesDocument, type ExportRowFragment } from './exports.generated.ts';

const looks: Record<string, { label: string; tone: Tone }> = {
  RUNNING: { label: 'Being written', tone: 'busy' },
  SUCCEEDED: { label: 'Ready', tone: 'good' },
  FAILED: { label: 'Failed', tone: 'bad' },
  EXPIRED: { label: 'Removed', tone: 'neutral' },
};

/** Follows an export until it has ended. What the stream brings goes into the cache, and so into the row. */
export function ExportStatusCell({ row: { id, status, failure } }: { row: ExportRowFragment }) {
  useSubscription(ExportChangesDocument, { variables: { id }, skip: status !== 'RUNNING', ignoreResults: true });
  // More values may be added to the enum.
  const { label, tone } = looks[status] ?? { label: status, tone: 'neutral' };
  return (
    <>
      <Badge tone={tone}>{label}</Badge> {failure?.message}
    </>
  );
}
