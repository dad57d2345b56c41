import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { formatCount, formatShare } from '../format/format.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Problem } from '../ui/problem.tsx';
import { formatSeconds } from './format-seconds.ts';
import type { Linked } from './overlay.tsx';
import type { Playhead } from './playhead.ts';
import { readAll } from './read-all.ts';
import styles from './track-list.module.css';
import { useReloaded } from './use-reloaded.ts';
import { type ListedTrackFragment, VideoTracksDocument } from './video.generated.ts';

/** Read and shown at a time. */
const tracksAtOnce = 100;

interface TrackListProps {
  id: string;
  playhead: Playhead;
  linked: Linked;
  /** Changes when more is analysed. */
  reading: unknown;
  onItem(item: { id: string; name: string } | null): void;
}

/** The things that were seen, each once. A click goes to where one is seen best, and its box lights up; and the other way round. */
export function TrackList({ id, playhead, linked, reading, onItem }: TrackListProps) {
  const apollo = useApolloClient();
  const [most, setMost] = useState(tracksAtOnce);
  const { value, error, retry } = useReloaded(async () => {
    let hasMore = false;
    const tracks: ListedTrackFragment[] = await readAll(async (after) => {
      const variables = { id, first: tracksAtOnce, after };
      const { data } = await apollo.query({ query: VideoTracksDocument, variables, fetchPolicy: 'no-cache' });
      if (data?.node?.__typename !== 'VideoAnalysis') return null;
      const { nodes, pageInfo } = data.node.tracks;
      hasMore = pageInfo.hasNextPage;
      const isEnough = (nodes.at(-1)?.track ?? 0) >= most;
      return { nodes, pageInfo: { ...pageInfo, hasNextPage: hasMore && !isEnough } };
    });
    return { tracks, hasMore };
  }, `${reading} ${most}`);
  const tracks = value?.tracks ?? [];
  const { selected, onSelect } = linked;
  // A box may be of a track that is not in the list, since only one frame shows it.
  const chosen = tracks.find(({ track }) => track === selected);
  const itemId = chosen?.catalogItem?.id ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: its id is all that matters
  useEffect(() => onItem(chosen?.catalogItem ?? null), [itemId]);

  if (error != null) return <Problem error={error} retry={retry} />;
  if (value === null) return null;
  return (
    <Card title={`${formatCount(tracks.length)}${value.hasMore ? '+' : ''} things seen`} className={styles.card}>
      {tracks.length === 0 && <p>No thing was seen in two frames yet.</p>}
      <ul className={styles.list} aria-label="Things seen" tabIndex={0}>
        {tracks.map((track) => (
          <Row
            key={track.track}
            {...{ track, playhead, linked }}
            onChoose={() => {
              onSelect(track.track === selected ? null : track.track);
              if (track.track !== selected) playhead.seek(track.bestSighting.timeSeconds);
            }}
          />
        ))}
      </ul>
      {value.hasMore && <Button onClick={() => setMost(tracks.length + tracksAtOnce)}>Show more</Button>}
    </Card>
  );
}

interface RowProps {
  track: ListedTrackFragment;
  playhead: Playhead;
  linked: Linked;
  onChoose(): void;
}

function Row({ track: { track, ...about }, playhead, linked, onChoose }: RowProps) {
  const { catalogItem, label, confidence, firstSeconds, lastSeconds, sightings } = about;
  const { hovered, selected, onHover, colourOf } = linked;
  const isInView = useSyncExternalStore(
    playhead.subscribe,
    () => playhead.seconds() >= firstSeconds && playhead.seconds() <= lastSeconds,
  );
  const element = useRef<HTMLButtonElement>(null);
  const isSelected = track === selected;
  useEffect(() => {
    if (isSelected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  return (
    <li>
      <button
        ref={element}
        type="button"
        className={styles.row}
        aria-pressed={isSelected}
        data-hovered={track === hovered || undefined}
        data-in-view={isInView || undefined}
        onClick={onChoose}
        onPointerEnter={() => onHover(track)}
        onPointerLeave={() => onHover(null)}
        onFocus={() => onHover(track)}
        onBlur={() => onHover(null)}
      >
        <span className={styles.dot} style={{ background: colourOf(catalogItem?.id ?? null) }} />
        <span className={styles.name}>{catalogItem?.name ?? label ?? 'Not in the catalogue'}</span>
        <span>{formatShare(confidence)}</span>
        <small>
          {formatSeconds(firstSeconds, { isExact: true })}–{formatSeconds(lastSeconds, { isExact: true })},{' '}
          {formatCount(sightings)} frames
        </small>
      </button>
    </li>
  );
}
