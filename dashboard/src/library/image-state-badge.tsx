import { Badge, type Tone } from '../ui/badge.tsx';
import type { LibraryImageFragment } from './library.generated.ts';

const statuses: Record<string, { label: string; tone: Tone }> = {
  AWAITING_UPLOAD: { label: 'Awaiting upload', tone: 'neutral' },
  FETCHING: { label: 'Fetching', tone: 'busy' },
  FAILED: { label: 'Failed', tone: 'bad' },
};
const indexingStatuses: Record<string, { label: string; tone: Tone }> = {
  NOT_INDEXED: { label: 'Not searchable', tone: 'neutral' },
  INDEXING: { label: 'Indexing', tone: 'busy' },
  INDEXED: { label: 'Searchable', tone: 'good' },
  FAILED: { label: 'Not searchable', tone: 'bad' },
};

/** Whether the bytes are there, and once they are, whether searches find the image. */
export function ImageStateBadge({ image: { status, indexingStatus } }: { image: LibraryImageFragment }) {
  // More values may be added to the enums.
  const { label, tone } = (status === 'READY' ? indexingStatuses[indexingStatus] : statuses[status]) ?? {
    label: status,
    tone: 'neutral',
  };
  return <Badge tone={tone}>{label}</Badge>;
}
