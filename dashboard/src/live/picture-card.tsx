import { memo } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDuration, formatTime } from '../format/format.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { BoxedPicture } from '../ui/boxed-picture.tsx';
import { itemColours } from '../ui/colour.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import type { LiveAnalysisFragment } from './live.generated.ts';
import styles from './picture-card.module.css';

const itemLimit = 4;

interface PictureCardProps {
  analysis: LiveAnalysisFragment;
  /** The picture is among the first that a person sees. */
  isEager: boolean;
}

/** A picture with its boxes, and what was found most often. */
export const PictureCard = memo(function PictureCard({ analysis, isEager }: PictureCardProps) {
  const { id, image, detections, failure, status, createdAt, finishedAt } = analysis;
  const items = countItems(analysis);
  const colourOf = itemColours(detections);
  return (
    <li className={styles.card}>
      <Link to={`/analyses/${id}`} className={styles.link}>
        <BoxedPicture image={image} detections={detections} alt="" isEager={isEager} />
        <div className={styles.body}>
          <p className={styles.title}>
            <span className={styles.name}>{nameOf(analysis)}</span>
            <StatusBadge status={status} />
          </p>
          <p className={styles.soft}>
            {finishedAt !== null && (
              <>
                {formatTime(finishedAt)} · {formatDuration(Date.parse(finishedAt) - Date.parse(createdAt))} ·{' '}
              </>
            )}
            {analysis.task.name}
          </p>
          {failure ? (
            <p className={styles.failure}>{failure.message}</p>
          ) : (
            <ul className={styles.items}>
              {items.slice(0, itemLimit).map(({ itemId, name, count }) => (
                <li key={itemId ?? ''} className={styles.item}>
                  <span className={styles.dot} style={{ background: colourOf(itemId) }} />
                  <span className={styles.itemName}>{name}</span>
                  <b>{formatCount(count)}</b>
                </li>
              ))}
              {items.length > itemLimit && <li className={styles.soft}>and {items.length - itemLimit} more</li>}
            </ul>
          )}
        </div>
      </Link>
    </li>
  );
});

/** Most often first; what is in no catalogue last. */
function countItems({ detections }: LiveAnalysisFragment) {
  const counts = new Map<string | null, { itemId: string | null; name: string; count: number }>();
  for (const { catalogItem } of detections) {
    const itemId = catalogItem?.id ?? null;
    const entry = counts.get(itemId) ?? { itemId, name: catalogItem?.name ?? 'Not in the catalogue', count: 0 };
    counts.set(itemId, { ...entry, count: entry.count + 1 });
  }
  return [...counts.values()].sort(
    (a, b) => Number(a.itemId === null) - Number(b.itemId === null) || b.count - a.count,
  );
}
