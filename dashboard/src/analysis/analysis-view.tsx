import { useCallback, useMemo, useState } from 'react';
import { formatCount } from '../format/format.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { Card } from '../ui/card.tsx';
import { itemColours } from '../ui/colour.ts';
import { OperationButton } from '../ui/operation-button.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge, statusLabel } from '../ui/status-badge.tsx';
import { AnalysisDetailsDocument, type AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './analysis-view.module.css';
import { Candidates } from './candidates.tsx';
import { ConfidenceSlider } from './confidence-slider.tsx';
import { DetectionList } from './detection-list.tsx';
import { Downloads } from './downloads.tsx';
import { Facts } from './facts.tsx';
import { Labels } from './labels.tsx';
import { RealogramShelves } from './realogram-shelves.tsx';
import { ShareBars } from './share-bars.tsx';
import { ShareButton } from './share-button.tsx';
import { TimingsWaterfall } from './timings-waterfall.tsx';
import { Viewer } from './viewer/viewer.tsx';

/** The most that the largest rendition has; boxes are parts of the picture, so any size will do. */
const shownWidth = 2560;

export function AnalysisView({ analysis }: { analysis: AnalysisDetailsFragment }) {
  const [minConfidence, setMinConfidence] = useState(0);
  const [hovered, setHovered] = useState<string | null>(null);
  const [selected, setSelected] = useState<string | null>(null);
  const { id, status, finishedAt, image, failure, warnings, detections, labels, realogram, shares } = analysis;
  const shown = useMemo(
    () => detections.filter(({ confidence }) => confidence >= minConfidence),
    [detections, minConfidence],
  );
  const picture = useMemo(() => shownPicture(image), [image]);
  const chosen = shown.find((detection) => detection.id === selected) ?? null;
  const select = useCallback((detectionId: string | null) => setSelected(detectionId), []);
  const highlight = { hovered, selected };
  const colourOf = useMemo(() => itemColours(detections), [detections]);

  return (
    <Page
      title={nameOf(analysis)}
      aside={<StatusBadge status={status} />}
      actions={
        <>
          {analysis.annotatedUrl && <ShareButton analysisId={id} minConfidence={minConfidence} />}
          <Downloads analysis={analysis} />
          <OperationButton document={AnalysisDetailsDocument} variables={{ id }} />
        </>
      }
    >
      {failure && <Problem error={failure} />}
      {warnings.map(({ code, message }) => (
        <p key={code} className={styles.warning}>
          {message}
        </p>
      ))}
      <div className={styles.main}>
        <div className={styles.stage}>
          {picture ? (
            <Viewer
              image={picture}
              name={nameOf(analysis)}
              detections={shown}
              colourOf={colourOf}
              highlight={highlight}
              onHover={setHovered}
              onSelect={select}
            />
          ) : (
            <p className={styles.missing}>
              The picture is not available: it has been deleted, or it could not be used.
            </p>
          )}
        </div>
        <div className={styles.side}>
          {chosen && picture && <Candidates detection={chosen} picture={picture} onClose={() => setSelected(null)} />}
          {detections.length > 0 && (
            <Card
              title={`${formatCount(shown.length)} of ${formatCount(detections.length)} found`}
              className={styles.list}
            >
              <ConfidenceSlider value={minConfidence} onChange={setMinConfidence} />
              <DetectionList
                detections={shown}
                colourOf={colourOf}
                highlight={highlight}
                onHover={setHovered}
                onSelect={select}
              />
            </Card>
          )}
          {labels.length > 0 && <Labels labels={labels} accepted={analysis.accepted} />}
          {finishedAt === null && (
            <Card title={statusLabel(status)}>
              The result appears here by itself as soon as the picture has been recognised.
            </Card>
          )}
          {status === 'SUCCEEDED' && detections.length === 0 && labels.length === 0 && (
            <Card title="Nothing found">No product reached the threshold of the task.</Card>
          )}
        </div>
      </div>
      {realogram && (
        <RealogramShelves
          realogram={realogram}
          detections={detections}
          colourOf={colourOf}
          highlight={highlight}
          onHover={setHovered}
          onSelect={select}
        />
      )}
      <div className={styles.cards}>
        {shares && shares.length > 0 && <ShareBars shares={shares} colourOf={colourOf} />}
        <TimingsWaterfall analysis={analysis} />
        <Facts analysis={analysis} />
      </div>
    </Page>
  );
}

function shownPicture(image: AnalysisDetailsFragment['image']) {
  if (!image?.url || image.width === null || image.height === null) return null;
  const scale = Math.min(1, shownWidth / image.width);
  return { url: image.url, preview: image.preview, width: image.width * scale, height: image.height * scale };
}
