import { useQuery } from '@apollo/client/react';
import { SearchX } from 'lucide-react';
import frame from '../analysis/analysis-view.module.css';
import { ConfidenceSlider } from '../analysis/confidence-slider.tsx';
import { DetectionList } from '../analysis/detection-list.tsx';
import { shownPicture } from '../analysis/shown-picture.ts';
import { useFound } from '../analysis/use-found.ts';
import { Viewer } from '../analysis/viewer/viewer.tsx';
import { formatCount, formatDateTime } from '../format/format.ts';
import { Logo } from '../layout/logo.tsx';
import { Card } from '../ui/card.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { SharedAnalysisDocument, type SharedAnalysisQuery } from './shared.generated.ts';
import styles from './shared-view.module.css';

export function SharedView() {
  const { data, error } = useQuery(SharedAnalysisDocument);
  const analysis = data?.sharedAnalysis;
  return (
    <main className={styles.main}>
      <header className={styles.header}>
        <Logo />
        {analysis?.expiresAt && <p>Shared with you until {formatDateTime(analysis.expiresAt)}</p>}
      </header>
      {analysis ? (
        <Analysis analysis={analysis} />
      ) : (
        <Page title="Shared analysis">
          {error && <Problem error={error} />}
          {!error && !data && <Loading />}
          {data && (
            <EmptyState icon={<SearchX aria-hidden />} title="There is nothing at this link any more">
              The analysis has been deleted.
            </EmptyState>
          )}
        </Page>
      )}
    </main>
  );
}

function Analysis({ analysis }: { analysis: NonNullable<SharedAnalysisQuery['sharedAnalysis']> }) {
  const { name, createdAt, imageUrl, preview, width, height, detections } = analysis;
  const { shown, minConfidence, setMinConfidence, linked } = useFound(detections);
  const picture = shownPicture({ url: imageUrl, preview, width, height });
  const title = name ?? 'Shared analysis';
  return (
    <Page title={title} aside={<span className={styles.time}>{formatDateTime(createdAt)}</span>}>
      <div className={frame.main}>
        <div className={frame.stage}>
          {picture ? (
            <Viewer image={picture} name={title} detections={shown} {...linked} />
          ) : (
            <p className={frame.missing}>The picture has been deleted.</p>
          )}
        </div>
        <div className={frame.side}>
          <Card
            title={`${formatCount(shown.length)} of ${formatCount(detections.length)} found`}
            className={frame.list}
          >
            <ConfidenceSlider value={minConfidence} onChange={setMinConfidence} />
            <DetectionList detections={shown} {...linked} />
          </Card>
        </div>
      </div>
    </Page>
  );
}
