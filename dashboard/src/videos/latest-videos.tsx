import { useQuery, useSubscription } from '@apollo/client/react';
import { Film } from 'lucide-react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import tile from '../lists/tile.module.css';
import grid from '../lists/tile-grid.module.css';
import { Picture } from '../pictures/picture.tsx';
import { PageButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSoon } from '../ui/use-soon.ts';
import { formatSeconds } from './format-seconds.ts';
import {
  LatestVideosChangesDocument,
  LatestVideosDocument,
  type VideoTileFragment,
} from './latest-videos.generated.ts';
import styles from './latest-videos.module.css';
import { videoNameOf } from './video-name.ts';

interface LatestVideosProps {
  filter: { placeId: string } | { visitId: string };
  /** Where all of them are listed. */
  to: string;
}

/** The latest videos of a place or a visit, as they are now. Nothing if there is none. */
export function LatestVideos({ filter, to }: LatestVideosProps) {
  const { data, error, refetch } = useQuery(LatestVideosDocument, { variables: { filter }, fetchPolicy: 'no-cache' });
  const reloadSoon = useSoon(() => void refetch());
  useSubscription(LatestVideosChangesDocument, {
    variables: { filter, after: data?.eventCursor },
    skip: !data,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: () => reloadSoon(''),
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (!data || data.videoAnalyses.totalCount === 0) return null;
  const { nodes, totalCount } = data.videoAnalyses;
  return (
    <Card
      title={totalCount === 1 ? '1 video' : `${formatCount(totalCount)} videos`}
      actions={
        totalCount > nodes.length && (
          <PageButton to={to}>
            <Film aria-hidden /> Show all
          </PageButton>
        )
      }
    >
      <ul className={styles.videos} aria-label="Videos">
        {nodes.map((analysis) => (
          <li key={analysis.id} className={grid.tile}>
            <Tile analysis={analysis} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Tile({ analysis }: { analysis: VideoTileFragment }) {
  const { id, status, progress, createdAt, failure, video } = analysis;
  const seconds = video?.decodedSeconds ?? video?.durationSeconds ?? null;
  return (
    <>
      <Link to={`/videos/${id}`} className={tile.link}>
        <span className={tile.picture}>
          {video?.posterUrl ? (
            <Picture url={video.posterUrl} alt="" loading="lazy" decoding="async" />
          ) : (
            <Film aria-hidden />
          )}
          {seconds !== null && <span className={styles.duration}>{formatSeconds(seconds)}</span>}
        </span>
        <span className={tile.name}>{videoNameOf(analysis)}</span>
      </Link>
      <p className={styles.facts} title={failure?.message}>
        <StatusBadge status={status} /> {status === 'RUNNING' && progress !== null && formatShare(progress)}
      </p>
      <p className={styles.facts}>{describeFound(analysis)}</p>
      <p className={styles.facts}>{formatDateTime(createdAt)}</p>
    </>
  );
}

/** How many things were seen, each counted once. */
function describeFound({ tracks: { nodes, pageInfo } }: VideoTileFragment): string {
  const count = `${formatCount(nodes.length)}${pageInfo.hasNextPage ? '+' : ''}`;
  return count === '1' ? '1 thing seen' : `${count} things seen`;
}
