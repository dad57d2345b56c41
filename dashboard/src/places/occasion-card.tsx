import { ImageOff } from 'lucide-react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import { fileLink } from '../graphql/file-link.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import { visitAddress } from './addresses.ts';
import { type Occasion, takenAtOf } from './occasion.ts';
import styles from './occasion-card.module.css';

/** The pictures of a visit, each a link to what was found in it. */
export function OccasionCard({ label, occasion }: { label: string; occasion: Occasion }) {
  const { id, name, visit, takenAt, pictures, omitted, judged } = occasion;
  return (
    <Card title={takenAt === null ? label : `${label}: ${formatDateTime(takenAt)}`} className={styles.card}>
      <p className={styles.facts}>
        <Link to={visit ? visitAddress(id) : `/analyses/${id}`}>{name}</Link>
        {judged.map(({ planogram, planogramVersion, score }) => (
          <Badge key={`${planogram?.id}@${planogramVersion}`}>
            {score === null ? 'No score' : `${formatShare(score)} as planned`}: {planogram?.name ?? 'planogram'},
            version {formatCount(planogramVersion)}
          </Badge>
        ))}
      </p>
      <ul className={styles.pictures}>
        {pictures.map((picture) => (
          <li key={picture.id}>
            <Link to={`/analyses/${picture.id}`}>
              <span className={styles.picture}>
                {picture.image?.url ? (
                  <img src={fileLink(picture.image.url)} alt={nameOf(picture)} loading="lazy" decoding="async" />
                ) : (
                  <ImageOff aria-label={`${nameOf(picture)}: the picture is not available`} />
                )}
              </span>
            </Link>
            <small>{formatDateTime(takenAtOf(picture))}</small>
          </li>
        ))}
      </ul>
      {omitted > 0 && <p className={styles.soft}>The newest {formatCount(pictures.length)} pictures are shown.</p>}
    </Card>
  );
}
