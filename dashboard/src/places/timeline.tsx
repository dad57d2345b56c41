import { CalendarClock, GitCompareArrows } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { formatCount } from '../format/format.ts';
import type { PlaceTimelineFilter } from '../graphql/schema-types.generated.ts';
import { VirtualRows } from '../lists/virtual-rows.tsx';
import { PageButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { NewsButton } from '../ui/news-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useWidth } from '../ui/use-width.ts';
import { placeAddress, visitAddress } from './addresses.ts';
import styles from './timeline.module.css';
import { TimelineRow } from './timeline-row.tsx';
import { type TimelineEntry, useTimeline } from './use-timeline.ts';

/** Pixels of a line where everything stands side by side, and where it does not. */
const lineHeight = { wide: 104, narrow: 200 };
const narrowestWide = 720;

interface TimelineProps {
  placeId: string;
  filter: PlaceTimelineFilter;
  eventCursor: string;
  totalCount: number;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** Visits and single pictures, the latest first. Any two of them can be compared. */
export function Timeline({ placeId, filter, eventCursor, totalCount, onReload }: TimelineProps) {
  const { list, newCount, refreshVisit } = useTimeline({ placeId, filter, eventCursor, onResync: onReload });
  const [chosen, setChosen] = useState<readonly TimelineEntry[]>([]);
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const toggle = (entry: TimelineEntry) => {
    const others = chosen.filter(({ id }) => id !== entry.id);
    // A third one takes the place of the one that was chosen first.
    setChosen(others.length < chosen.length ? others : [...others, entry].slice(-2));
  };
  const size = width < narrowestWide ? 'narrow' : 'wide';
  return (
    <Card
      title={
        totalCount === 1 ? 'Timeline: 1 visit or picture' : `Timeline: ${formatCount(totalCount)} visits and pictures`
      }
      actions={<CompareLink chosen={chosen} />}
    >
      {newCount > 0 && (
        <NewsButton onClick={onReload}>
          {newCount === 1 ? '1 new picture' : `${formatCount(newCount)} new pictures`}: show
        </NewsButton>
      )}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length === 0 && list.error === null && !list.isComplete && <Loading />}
      {list.length === 0 && list.isComplete && (
        <EmptyState icon={<CalendarClock aria-hidden />} title="No picture of this place matches these filters">
          <Link to={placeAddress(placeId)}>Clear the filters</Link>
        </EmptyState>
      )}
      <div
        ref={element}
        className={styles.timeline}
        {...(list.length > 0 && { role: 'list', 'aria-label': 'Timeline' })}
      >
        {width > 0 && list.length > 0 && (
          <VirtualRows
            list={list}
            lineHeight={lineHeight[size]}
            renderLine={(index) => {
              const entry = list.row(index);
              return (
                <div role="listitem" className={`${styles.row} ${styles[size]}`} aria-busy={entry === undefined}>
                  {entry && (
                    <TimelineRow
                      entry={entry}
                      earlier={list.row(index + 1)}
                      isChosen={chosen.some(({ id }) => id === entry.id)}
                      onToggle={() => toggle(entry)}
                      onClosed={() => entry.visit && void refreshVisit(entry.visit.visitId)}
                    />
                  )}
                </div>
              );
            }}
          />
        )}
      </div>
    </Card>
  );
}

/** Leads to the two that were chosen, side by side. */
function CompareLink({ chosen }: { chosen: readonly TimelineEntry[] }) {
  const [before, after] = chosen.toSorted((a, b) => Date.parse(a.lastTakenAt) - Date.parse(b.lastTakenAt));
  if (!before) return null;
  if (!after) return <span className={styles.hint}>Choose another one to compare</span>;
  return (
    <PageButton to={visitAddress(after.id, before.id)}>
      <GitCompareArrows aria-hidden /> Compare the two
    </PageButton>
  );
}
