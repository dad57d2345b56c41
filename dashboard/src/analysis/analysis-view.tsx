import { PencilLine, Rows3, ScanEye, ScanSearch } from 'lucide-react';
import { useMemo } from 'react';
import { useNavigate } from 'react-router';
import { DeleteAnalyses } from '../analyses/delete-analyses.tsx';
import { formatCount } from '../format/format.ts';
import type { ResultBasis } from '../graphql/schema-types.generated.ts';
import { newPlanogramAddress } from '../planograms/addresses.ts';
import { useScope } from '../scopes.ts';
import { nameOf } from '../ui/analysis-name.ts';
import { PageButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { OperationButton } from '../ui/operation-button.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { SegmentedControl } from '../ui/segmented-control.tsx';
import { StatusBadge, statusLabel } from '../ui/status-badge.tsx';
import { AnalysisDetailsDocument, type AnalysisDetailsFragment } from './analysis.generated.ts';
import styles from './analysis-view.module.css';
import { Candidates } from './candidates.tsx';
import { Codes } from './codes.tsx';
import { Compliance } from './compliance.tsx';
import { ConfidenceSlider } from './confidence-slider.tsx';
import { DetectionList } from './detection-list.tsx';
import { Downloads } from './downloads.tsx';
import { Facts } from './facts.tsx';
import { Gaps } from './gaps.tsx';
import { Labels } from './labels.tsx';
import { PriceTags } from './price-tags.tsx';
import { RealogramShelves } from './realogram-shelves.tsx';
import { ShareBars } from './share-bars.tsx';
import { ShareButton } from './share-button.tsx';
import { shownPicture } from './shown-picture.ts';
import { Texts } from './texts.tsx';
import { TimingsWaterfall } from './timings-waterfall.tsx';
import { useFound } from './use-found.ts';
import { Viewer } from './viewer/viewer.tsx';

interface AnalysisViewProps {
  analysis: AnalysisDetailsFragment;
  /** Of what is shown. */
  basis: ResultBasis;
  onBasis(basis: ResultBasis): void;
}

const bases = [
  { value: 'FOUND', label: 'Found', icon: ScanSearch },
  { value: 'CORRECTED', label: 'Corrected', icon: PencilLine },
] as const;

export function AnalysisView({ analysis, basis, onBasis }: AnalysisViewProps) {
  const mayCorrect = useScope('WRITE');
  const navigate = useNavigate();
  const { id, status, finishedAt, image, failure, warnings, corrections, detections, labels, realogram, shares } =
    analysis;
  const { codes, priceTags, gaps, gapShare, compliance } = analysis;
  const { shown, chosen, minConfidence, setMinConfidence, linked } = useFound(detections);
  const picture = useMemo(() => shownPicture(image), [image]);

  return (
    <Page
      title={nameOf(analysis)}
      aside={<StatusBadge status={status} />}
      actions={
        <>
          {corrections.length > 0 && (
            <SegmentedControl label="Result" options={bases} value={basis} onChange={onBasis} />
          )}
          {mayCorrect && detections.length > 0 && (
            <PageButton to={`/review?analysis=${id}`}>
              <ScanEye aria-hidden /> Review
            </PageButton>
          )}
          {mayCorrect && status === 'SUCCEEDED' && detections.length > 0 && (
            <PageButton to={newPlanogramAddress({ from: id })}>
              <Rows3 aria-hidden /> Make a planogram
            </PageButton>
          )}
          {analysis.annotatedUrl && <ShareButton analysisId={id} minConfidence={minConfidence} />}
          <Downloads analysis={analysis} />
          {mayCorrect && finishedAt !== null && (
            <DeleteAnalyses
              selected={new Map([[id, nameOf(analysis)]])}
              onDeleted={() => void navigate('/analyses', { replace: true })}
            />
          )}
          <OperationButton document={AnalysisDetailsDocument} variables={{ id, basis }} />
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
            <Viewer image={picture} name={nameOf(analysis)} detections={shown} gaps={gaps ?? undefined} {...linked} />
          ) : (
            <p className={styles.missing}>
              The picture is not available: it has been deleted, or it could not be used.
            </p>
          )}
        </div>
        <div className={styles.side}>
          {chosen && picture && (
            <Candidates detection={chosen} picture={picture} onClose={() => linked.onSelect(null)} />
          )}
          {detections.length > 0 && (
            <Card
              title={`${formatCount(shown.length)} of ${formatCount(detections.length)} found`}
              className={styles.list}
            >
              <ConfidenceSlider value={minConfidence} onChange={setMinConfidence} />
              <DetectionList detections={shown} {...linked} />
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
      {realogram && <RealogramShelves realogram={realogram} detections={detections} {...linked} />}
      <div className={styles.cards}>
        {shares && shares.length > 0 && <ShareBars shares={shares} colourOf={linked.colourOf} />}
        {compliance && <Compliance compliance={compliance} drawingUrl={analysis.planogramUrl} />}
        {gaps && <Gaps gaps={gaps} share={gapShare} />}
        {codes && <Codes codes={codes} detections={detections} {...linked} />}
        {priceTags && <PriceTags tags={priceTags} detections={detections} />}
        {analysis.texts && <Texts texts={analysis.texts} />}
        <TimingsWaterfall analysis={analysis} />
        <Facts analysis={analysis} />
      </div>
    </Page>
  );
}
