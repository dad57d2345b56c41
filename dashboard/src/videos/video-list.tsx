import { useApolloClient, useSubscription } from '@apollo/client/react';
import { Film } from 'lucide-react';
import { memo, useState } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import type { VideoAnalysisFilter } from '../graphql/schema-types.generated.ts';
import { useListWindow } from '../lists/use-list-window.ts';
import { VirtualRows } from '../lists/virtual-rows.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { NewsButton } from '../ui/news-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { UploadLink } from '../ui/upload-link.tsx';
import { formatSeconds } from './format-seconds.ts';
import styles from './video-list.module.css';
import { videoNameOf } from './video-name.ts';
import { type VideoRowFragment, VideosChangesDocument, VideosPageDocument } from './videos.generated.ts';

const lineHeight = 44;
const headings = ['Name', 'Status', 'Task', 'Place', 'Submitted', 'Duration', 'Frames'];

interface VideoListProps {
  filter: VideoAnalysisFilter;
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  isFiltered: boolean;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** The list as it was when it was begun. Rows change as their analyses do; new ones are announced, so that nothing moves by itself. */
export function VideoList({ filter, eventCursor, isFiltered, onReload }: VideoListProps) {
  const apollo = useApolloClient();
  const list = useListWindow<VideoRowFragment>(async (after) => {
    const variables = { filter, after };
    const { data } = await apollo.query({ query: VideosPageDocument, variables, fetchPolicy: 'no-cache' });
    return data!.videoAnalyses;
  });
  const [newCount, setNewCount] = useState(0);
  const { taskId, placeId, visitId } = filter;
  useSubscription(VideosChangesDocument, {
    // Of the filters, events know these.
    variables: { filter: { taskId, placeId, visitId }, after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.videoEvents;
      if (event?.__typename === 'StreamResync') return onReload();
      if (event?.__typename !== 'VideoAnalysisStatusChanged' && event?.__typename !== 'VideoSecondAnalyzed') return;
      const { videoAnalysis } = event;
      const isNew = event.__typename === 'VideoAnalysisStatusChanged' && event.previousStatus === null;
      list.whenRead(() => {
        const isKnown = videoAnalysis && list.update(videoAnalysis);
        if (!isKnown && isNew) setNewCount((count) => count + 1);
      });
    },
  });
  return (
    <>
      {newCount > 0 && <NewsButton onClick={onReload}>{formatCount(newCount)} submitted since: show them</NewsButton>}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length === 0 &&
        list.error === null &&
        (list.isComplete ? <NoVideos isFiltered={isFiltered} /> : <Loading />)}
      {list.length > 0 && (
        // It scrolls sideways on a phone: the keyboard reaches it.
        <section className={styles.scroll} tabIndex={0} aria-label="Table of videos">
          <div
            role="table"
            aria-label="Videos"
            aria-rowcount={list.isComplete ? list.length + 1 : -1}
            className={styles.table}
          >
            <div role="row" aria-rowindex={1} className={`${styles.row} ${styles.head}`}>
              {headings.map((heading) => (
                <span role="columnheader" key={heading}>
                  {heading}
                </span>
              ))}
            </div>
            <VirtualRows
              list={list}
              lineHeight={lineHeight}
              renderLine={(index) => <Row index={index} row={list.row(index)} />}
            />
          </div>
        </section>
      )}
    </>
  );
}

interface RowProps {
  index: number;
  row: VideoRowFragment | undefined;
}

/** Rows that stay as they are, are not rendered again with each page of the list that arrives. */
const Row = memo(function Row({ index, row }: RowProps) {
  if (row === undefined) return <div role="row" aria-rowindex={index + 2} className={styles.row} aria-busy />;
  const { id, status, progress, failure, task, placeId, createdAt, video, sampledFrames } = row;
  const seconds = video?.decodedSeconds ?? video?.durationSeconds ?? null;
  return (
    <div role="row" aria-rowindex={index + 2} className={styles.row}>
      <span role="cell">
        <Link to={`/videos/${id}`}>{videoNameOf(row)}</Link>
      </span>
      <span role="cell" title={failure?.message}>
        <StatusBadge status={status} /> {status === 'RUNNING' && progress !== null && formatShare(progress)}
      </span>
      <span role="cell">{task.name}</span>
      <span role="cell">{placeId ?? '–'}</span>
      <span role="cell">{formatDateTime(createdAt)}</span>
      <span role="cell">{seconds === null ? '–' : formatSeconds(seconds)}</span>
      <span role="cell">{sampledFrames === null ? '–' : formatCount(sampledFrames)}</span>
    </div>
  );
});

function NoVideos({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState icon={<Film aria-hidden />} title="No video matches all of these filters">
        <Link to="/videos">Clear the filters</Link>
      </EmptyState>
    );
  return (
    <EmptyState icon={<Film aria-hidden />} title="No video has been analysed yet">
      Drop one under <UploadLink>Upload</UploadLink>, or submit it with <code>analyzeVideo</code>.
    </EmptyState>
  );
}
