import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { formatCount, formatShare } from '../format/format.ts';
import { Picture } from '../pictures/picture.tsx';
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

/** Of a page. */
const tracksOfPage = 100;
/** Read and shown at a time. */
const tracksAtOnce = 500;

interface TrackListProps {
  id: string;
  playhead: Playhead;
  linked: Linked;
  /** Changes when more is analysed. */
  reading: unknown;
  onItem(item: { id: string; name: string } | null): void;
  /** What is in the list from now on. */
  onTracks(tracks: readonly ListedTrackFragment[]): void;
}

/** The things that were seen, each once. A click goes to where one is seen best, and its box lights up; and the other way round. */
export function TrackList({ id, playhead, linked, reading, onItem, onTracks }: TrackListProps) {
  const apollo = useApolloClient();
  const [most, setMost] = useState(tracksAtOnce);
  const { value, error, retry } = useReloaded(async () => {
    let hasMore = false;
    const tracks: ListedTrackFragment[] = await readAll(async (after) => {
      const variables = { id, first: tracksOfPage, after };
      const { data } = await apollo.query({ query: VideoTracksDocument, variables, fetchPolicy: 'no-cache' });
      if (data?.node?.__typename !== 'VideoAnalysis') return null;
      const { nodes, pageInfo } = data.node.tracks;
      hasMore = pageInfo.hasNextPage;
      const isEnough = (nodes.at(-1)?.track ?? 0) >= most;
      return { nodes, pageInfo: { ...pageInfo, hasNextPage: hasMore && !isEnough } };
    });
    onTracks(tracks);
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
      {chosen && (
        <figure className={styles.chosen}>
          {chosen.cropUrl && <Picture url={chosen.cropUrl} alt="" />}
          <figcaption>
            <b>{nameOf(chosen)}</b>
            {formatShare(chosen.confidence)} certain, seen in {formatCount(chosen.sightings)} frames, best at{' '}
            {formatSeconds(chosen.bestSighting.timeSeconds, { isExact: true })}
          </figcaption>
        </figure>
      )}
      {tracks.length === 0 && <p>No thing was seen in two frames yet.</p>}
      <ul className={styles.list} aria-label="Things seen" tabIndex={0}>
        {groupByItem(tracks).map(({ key, name, itemId: ofItem, members }) => (
          <li key={key} className={styles.item}>
            <p className={styles.heading}>
              <span className={styles.dot} style={{ background: linked.colourOf(ofItem) }} />
              <span className={styles.name}>{name}</span>
              <b>{formatCount(members.length)}</b>
            </p>
            <div className={styles.tracks}>
              {members.map((track) => (
                <Track
                  key={track.track}
                  {...{ track, name, playhead, linked }}
                  onChoose={() => {
                    onSelect(track.track === selected ? null : track.track);
                    if (track.track !== selected) playhead.seek(track.bestSighting.timeSeconds);
                  }}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
      {value.hasMore && <Button onClick={() => setMost(tracks.length + tracksAtOnce)}>Show more</Button>}
    </Card>
  );
}

interface ItemGroup {
  key: string;
  itemId: string | null;
  name: string;
  members: ListedTrackFragment[];
}

/** The items that were seen most often first; what is in no catalogue last. */
function groupByItem(tracks: readonly ListedTrackFragment[]): ItemGroup[] {
  const groups = Map.groupBy(tracks, ({ catalogItem, label }) => catalogItem?.id ?? label ?? '');
  return [...groups]
    .map(([key, members]) => {
      const [first] = members as [ListedTrackFragment];
      return { key, itemId: first.catalogItem?.id ?? null, name: nameOf(first), members };
    })
    .sort((a, b) => Number(a.key === '') - Number(b.key === '') || b.members.length - a.members.length);
}

function nameOf({ catalogItem, label }: ListedTrackFragment): string {
  return catalogItem?.name ?? label ?? 'Not in the catalogue';
}

interface TrackProps {
  track: ListedTrackFragment;
  name: string;
  playhead: Playhead;
  linked: Linked;
  onChoose(): void;
}

function Track({ track: { track, ...about }, name, playhead, linked, onChoose }: TrackProps) {
  const { confidence, firstSeconds, lastSeconds, sightings } = about;
  const { hovered, selected, onHover } = linked;
  const isInView = useSyncExternalStore(
    playhead.subscribe,
    () => playhead.seconds() >= firstSeconds && playhead.seconds() <= lastSeconds,
  );
  const element = useRef<HTMLButtonElement>(null);
  const isSelected = track === selected;
  useEffect(() => {
    if (isSelected) element.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const span = `${formatSeconds(firstSeconds)}–${formatSeconds(lastSeconds)}`;
  const details = `${formatShare(confidence)} certain, ${formatCount(sightings)} frames`;
  return (
    <button
      ref={element}
      type="button"
      className={styles.track}
      aria-label={`${name}, ${span}, ${details}`}
      title={details}
      aria-pressed={isSelected}
      data-hovered={track === hovered || undefined}
      data-in-view={isInView || undefined}
      onClick={onChoose}
      onPointerEnter={() => onHover(track)}
      onPointerLeave={() => onHover(null)}
      onFocus={() => onHover(track)}
      onBlur={() => onHover(null)}
    >
      {span}
    </button>
  );
}
