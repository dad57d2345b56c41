import { useSubscription } from '@apollo/client/react';
import { Camera, Pause, Play } from 'lucide-react';
import { lazy, Suspense, useState, useSyncExternalStore } from 'react';
import { TaskSelect } from '../tasks/task-select.tsx';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { UploadLink } from '../ui/upload-link.tsx';
import type { LiveFeed } from './feed.ts';
import { Figures } from './figures.tsx';
import { LiveAnalysesDocument } from './live.generated.ts';
import styles from './live-view.module.css';
import { PictureCard } from './picture-card.tsx';
import { untilIdle } from './until-idle.ts';

// The first pictures do not wait for the library that draws it.
const HourChart = lazy(async () => {
  await untilIdle();
  return import('./hour-chart.tsx');
});

/** Pictures that fit on a large screen. */
const firstScreen = 8;

interface LiveViewProps {
  feed: LiveFeed;
  /** The stream has a gap: begin again from the state that is there now. */
  onGap(): void;
  /** @param taskId empty: all tasks */
  onTaskChange(taskId: string): void;
}

export function LiveView({ feed, onGap, onTaskChange }: LiveViewProps) {
  useSyncExternalStore(feed.subscribe, feed.version);
  const { shown, taskId } = feed;
  const [after, setAfter] = useState(feed.start);
  const [isPaused, setIsPaused] = useState(false);

  const { error, restart } = useSubscription(LiveAnalysesDocument, {
    variables: { filter: { taskId, status: ['SUCCEEDED', 'FAILED'] }, after },
    skip: isPaused,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.analysisEvents;
      if (event === undefined) return;
      feed.cursor = event.cursor;
      if (event.__typename === 'StreamResync') onGap();
      else if (event.analysis !== null) feed.add(event.analysis);
    },
  });

  // While paused nothing is received. To continue is to resume the stream after the last event, so what came since is not missed.
  const togglePause = () => {
    setAfter(feed.cursor);
    setIsPaused(!isPaused);
  };

  return (
    <Page
      title="Live"
      aside={isPaused ? <Badge tone="warn">Paused</Badge> : <Badge tone="good">Following</Badge>}
      actions={
        <>
          <TaskSelect taskId={taskId ?? ''} onChange={onTaskChange} />
          <Button onClick={togglePause}>
            {isPaused ? <Play aria-hidden /> : <Pause aria-hidden />} {isPaused ? 'Catch up' : 'Pause'}
          </Button>
        </>
      }
    >
      {error && <Problem error={error} retry={restart} />}
      <Figures feed={feed} />
      <div className={styles.chart}>
        <Suspense fallback={<div className={styles.chartRoom} />}>
          <HourChart feed={feed} />
        </Suspense>
      </div>
      {shown.length === 0 ? (
        <EmptyState icon={<Camera aria-hidden />} title="No picture has been recognised yet">
          Pictures appear here as soon as they are recognised. <UploadLink>Upload some</UploadLink>, submit them with{' '}
          <code>submitBatch</code>, or run <code>npm run demo</code>.
        </EmptyState>
      ) : (
        <ul className={styles.pictures} aria-label="Latest pictures">
          {shown.map((analysis, index) => (
            <PictureCard key={analysis.id} analysis={analysis} isEager={index < firstScreen} />
          ))}
        </ul>
      )}
    </Page>
  );
}
