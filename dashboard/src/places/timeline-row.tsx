import { Film, GitCompareArrows, ImageOff } from 'lucide-react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare, formatTimeSpan } from '../format/format.ts';
import { Picture } from '../pictures/picture.tsx';
import { nameOf } from '../ui/analysis-name.ts';
import { Badge } from '../ui/badge.tsx';
import { PageButton } from '../ui/button.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { visitAddress } from './addresses.ts';
import { CloseVisitButton } from './close-visit-button.tsx';
import styles from './timeline.module.css';
import type { TimelineEntry } from './use-timeline.ts';
import { VisitBadge } from './visit-badge.tsx';

interface TimelineRowProps {
  entry: TimelineEntry;
  /** The entry that was photographed before this one; undefined: there is none, or it has not been read. */
  earlier: TimelineEntry | undefined;
  isChosen: boolean;
  onToggle(): void;
  /** Its visit has been closed. */
  onClosed(): void;
}

/** One visit, or one picture that belongs to none. */
export function TimelineRow({ entry, earlier, isChosen, onToggle, onClosed }: TimelineRowProps) {
  const { id, visit, latestAnalyses, pictureCount, firstTakenAt, lastTakenAt } = entry;
  const [latest] = latestAnalyses;
  const name = visit ? visit.visitId : latest ? nameOf(latest) : id;
  const score = visit ? (visit.compliance[0]?.score ?? null) : (latest?.compliance?.score ?? null);
  return (
    <>
      <input
        type="checkbox"
        className={styles.check}
        aria-label={`Choose ${name} to compare`}
        checked={isChosen}
        onChange={onToggle}
      />
      <span className={styles.pictures} aria-hidden>
        {latestAnalyses.slice(0, visit?.videoAnalyses.nodes.length ? 2 : 3).map(({ id: analysisId, image }) => (
          <span key={analysisId} className={styles.picture}>
            {image?.url ? <Picture url={image.url} alt="" loading="lazy" decoding="async" /> : <ImageOff />}
          </span>
        ))}
        {visit?.videoAnalyses.nodes.map(({ id: analysisId, video }) => (
          <span key={analysisId} className={`${styles.picture} ${styles.video}`}>
            {video?.posterUrl && <Picture url={video.posterUrl} alt="" loading="lazy" decoding="async" />}
            <Film />
          </span>
        ))}
      </span>
      <span className={styles.text}>
        <Link to={visit ? visitAddress(visit.id) : `/analyses/${id}`} className={styles.name}>
          {name}
        </Link>
        <span className={styles.soft}>
          {pictureCount === 1 ? formatDateTime(lastTakenAt) : formatTimeSpan(firstTakenAt, lastTakenAt)}
          {visit && ` · ${pictureCount === 1 ? '1 picture' : `${formatCount(pictureCount)} pictures`}`}
          {visit && describeVideos(visit.videoAnalyses.totalCount)}
        </span>
        <span className={styles.badges}>
          {visit && <VisitBadge status={visit.status} />}
          {!visit && latest && latest.status !== 'SUCCEEDED' && <StatusBadge status={latest.status} />}
          {score !== null && <Badge>{formatShare(score)} as planned</Badge>}
        </span>
      </span>
      <span className={styles.actions}>
        {visit && <CloseVisitButton visit={visit} onClosed={onClosed} />}
        {earlier && (
          <PageButton to={visitAddress(id, earlier.id)} aria-label={`What changed until ${name}`}>
            <GitCompareArrows aria-hidden /> What changed
          </PageButton>
        )}
      </span>
    </>
  );
}

function describeVideos(count: number): string {
  if (count === 0) return '';
  return count === 1 ? ' · 1 video' : ` · ${formatCount(count)} videos`;
}
