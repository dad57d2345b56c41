import { formatShare } from '../format/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Card } from '../ui/card.tsx';
import type { AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './labels.module.css';

interface LabelsProps {
  labels: AnalysisDetailsFragment['labels'];
  /** Of a FILTER task; null for others. */
  accepted: boolean | null;
}

/** What the picture as a whole shows. */
export function Labels({ labels, accepted }: LabelsProps) {
  return (
    <Card
      title="Labels"
      actions={
        accepted !== null && <Badge tone={accepted ? 'good' : 'warn'}>{accepted ? 'Accepted' : 'Not accepted'}</Badge>
      }
    >
      <ul className={styles.labels}>
        {labels.map(({ name, group, confidence }) => (
          <li key={name}>
            <span>
              {name} {group && <small>{group}</small>}
            </span>
            <meter min={0} max={1} value={confidence} aria-label={`Confidence of ${name}`} />
            <span>{formatShare(confidence)}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
