import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { Badge } from '../ui/badge.tsx';
import { BoxedPicture } from '../ui/boxed-picture.tsx';
import { Card } from '../ui/card.tsx';
import { visitAddress } from './addresses.ts';
import { markColours } from './change-legend.tsx';
import type { Mark } from './differences.ts';
import { type Occasion, takenAtOf } from './occasion.ts';
import styles from './occasion-card.module.css';

interface OccasionCardProps {
  label: string;
  occasion: Occasion;
  /** What is outlined in its pictures, by the id of the analysis. */
  marks: ReadonlyMap<string, readonly Mark[]>;
}

/** The pictures of a visit, each a link to what was found in it. */
export function OccasionCard({ label, occasion, marks }: OccasionCardProps) {
  const { id, name, visit, takenAt, pictures, omitted, judged } = occasion;
  return (
    <Card title={takenAt === null ? label : `${label}: ${formatDateTime(takenAt)}`} className={styles.card}>
      <p className={styles.facts}>
        <Link to={visit ? visitAddress(id) : `/analyses/${id}`}>{name}</Link>
        {judged.map(({ planogram, planogramVersion, score }) => (
          <span key={`${planogram?.id}@${planogramVersion}`}>
            <Badge>{score === null ? 'No score' : `${formatShare(score)} as planned`}</Badge>{' '}
            <small>
              {planogram?.name ?? 'Planogram'}, version {formatCount(planogramVersion)}
            </small>
          </span>
        ))}
      </p>
      <ul className={styles.pictures}>
        {pictures.map((picture) => (
          <li key={picture.id}>
            <Link to={`/analyses/${picture.id}`}>
              <BoxedPicture
                image={picture.image}
                alt={nameOf(picture)}
                detections={(marks.get(picture.id) ?? []).map(({ id: key, box: { x, y, width, height }, change }) => ({
                  id: key,
                  box: { x, y, width, height },
                  catalogItem: null,
                  colour: markColours[change],
                }))}
              />
            </Link>
            <small>{formatDateTime(takenAtOf(picture))}</small>
          </li>
        ))}
      </ul>
      {omitted > 0 && <p className={styles.soft}>The newest {formatCount(pictures.length)} pictures are shown.</p>}
    </Card>
  );
}
