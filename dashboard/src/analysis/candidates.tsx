import { formatShare } from '../format/format.ts';
import { Picture } from '../pictures/picture.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import type { DetectionFragment } from './analysis.generated.ts';
import styles from './candidates.module.css';
import { CorrectionNote } from './correction-note.tsx';
import { Crop } from './crop.tsx';

const methods = {
  APPEARANCE: 'Named by its appearance.',
  BARCODE: 'Named by the code on it.',
  NEIGHBOR: 'Named like its neighbours.',
  CORRECTION: 'Named by a person.',
  VERIFIED: 'Confirmed by details of the package.',
} as const;

interface CandidatesProps {
  detection: DetectionFragment;
  picture: { url: string; width: number; height: number };
  onClose(): void;
}

/** The chosen product beside what it may be. */
export function Candidates({ detection, picture, onClose }: CandidatesProps) {
  const { catalogItem, candidates, confidence, objectness, matchedBy, correction } = detection;
  return (
    <Card
      title={catalogItem?.name ?? 'Not in the catalogue'}
      actions={
        <Button variant="ghost" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p className={styles.how}>
        {catalogItem
          ? `${formatShare(confidence)} certain that it is this item.`
          : 'No item reached the threshold of the task.'}{' '}
        {matchedBy && methods[matchedBy]}
      </p>
      {correction && (
        <p className={styles.how}>
          <CorrectionNote correction={correction} />
        </p>
      )}
      <div className={styles.row}>
        <figure className={styles.figure}>
          <Crop picture={picture} box={detection.box} />
          <figcaption>
            <b>In the picture</b>
            {formatShare(objectness)} a product
          </figcaption>
        </figure>
        {candidates.map((candidate) => (
          <figure key={candidate.catalogItem.id} className={styles.figure}>
            <span className={styles.thumbnail}>
              {candidate.catalogItem.thumbnail.url && <Picture url={candidate.catalogItem.thumbnail.url} alt="" />}
            </span>
            <figcaption>
              <b>{candidate.catalogItem.name}</b>
              <meter min={0} max={1} value={candidate.confidence} aria-label="Confidence" />
              {formatShare(candidate.confidence)}
            </figcaption>
          </figure>
        ))}
        {candidates.length === 0 && <p className={styles.none}>No item of the task looks like it.</p>}
      </div>
    </Card>
  );
}
