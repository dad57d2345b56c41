import { useApolloClient, useSubscription } from '@apollo/client/react';
import { ImageOff, Store } from 'lucide-react';
import { memo, useState } from 'react';
import { Link } from 'react-router';
import { formatCount, formatDateTime, formatShare } from '../format/format.ts';
import type { PlaceFilter } from '../graphql/schema-types.generated.ts';
import tile from '../lists/tile.module.css';
import { TileGrid } from '../lists/tile-grid.tsx';
import { useListWindow } from '../lists/use-list-window.ts';
import { Picture } from '../pictures/picture.tsx';
import { Badge } from '../ui/badge.tsx';
import { Loading } from '../ui/loading.tsx';
import { NewsButton } from '../ui/news-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSoon } from '../ui/use-soon.ts';
import { placeAddress } from './addresses.ts';
import { NoPlaces } from './no-places.tsx';
import styles from './place-list.module.css';
import {
  PlaceAlertsDocument,
  PlacesAlertsDocument,
  PlacesAnalysesDocument,
  PlacesPageDocument,
  PlacesStartDocument,
  type PlaceTileFragment,
} from './places.generated.ts';

/** Below the picture of a tile. In a narrow one the text takes more, and the picture less. */
const textHeight = 86;

interface PlaceListProps {
  filter: PlaceFilter;
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  /** Places that matched when the list was begun. */
  totalCount: number;
  isFiltered: boolean;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** The places with the picture that was submitted last. Pictures and alerts change as they come; new places are announced. */
export function PlaceList({ filter, eventCursor, totalCount, isFiltered, onReload }: PlaceListProps) {
  const apollo = useApolloClient();
  const [newCount, setNewCount] = useState(0);
  const list = useListWindow<PlaceTileFragment>(async (after) => {
    const { data } = await apollo.query({
      query: PlacesPageDocument,
      variables: { filter, after },
      fetchPolicy: 'no-cache',
    });
    return data!.places;
  });
  useSubscription(PlacesAnalysesDocument, {
    variables: { after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.analysisEvents;
      if (event?.__typename === 'StreamResync') return onReload();
      const analysis = event?.__typename === 'AnalysisStatusChanged' ? event.analysis : null;
      if (!analysis?.placeId) return;
      const { placeId } = analysis;
      list.whenRead(() => {
        // Ids are in the order of submission.
        const isListed = list.change(placeId, (place) =>
          analysis.id < place.latestAnalysis.id ? place : { ...place, latestAnalysis: analysis },
        );
        if (!isListed) countSoon('places');
      });
    },
  });
  // Whether a place that is not among the rows that are kept is a new one, only the number of all places tells.
  const countSoon = useSoon(() => void countPlaces());
  const countPlaces = async () => {
    const { data } = await apollo.query({
      query: PlacesStartDocument,
      variables: { filter },
      fetchPolicy: 'no-cache',
    });
    const added = (data?.places.totalCount ?? 0) - totalCount;
    if (added > 0 && totalCount === 0) onReload();
    else setNewCount(Math.max(0, added));
  };
  const countAlertsSoon = useSoon((id) => void countAlerts(id));
  useSubscription(PlacesAlertsDocument, {
    variables: { after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.shelfAlertEvents;
      const placeId = event?.__typename === 'ShelfAlertChanged' ? event.shelfAlert?.placeId : null;
      if (placeId != null) list.whenRead(() => (list.has(placeId) ? countAlertsSoon(placeId) : countSoon('places')));
    },
  });
  const countAlerts = async (id: string) => {
    const { data } = await apollo.query({ query: PlaceAlertsDocument, variables: { id }, fetchPolicy: 'no-cache' });
    const counted = data?.places.nodes[0];
    if (counted) list.whenRead(() => list.change(id, (place) => ({ ...place, ...counted })));
  };

  return (
    <>
      {newCount > 0 && (
        <NewsButton onClick={onReload}>
          {newCount === 1 ? '1 new place' : `${formatCount(newCount)} new places`}: show
        </NewsButton>
      )}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length > 0 ? (
        <TileGrid
          label="Places"
          list={list}
          narrowest={230}
          textHeight={textHeight}
          renderTile={(place) => place && <PlaceTile place={place} />}
        />
      ) : (
        list.error === null && (list.isComplete ? <NoPlaces isFiltered={isFiltered} /> : <Loading />)
      )}
    </>
  );
}

/** Tiles that stay as they are, are not rendered again with each page of the list that arrives. */
const PlaceTile = memo(function PlaceTile({ place }: { place: PlaceTileFragment }) {
  const { id, raisedAlertCount, latestAnalysis } = place;
  const { image, createdAt, compliance } = latestAnalysis;
  return (
    <Link to={placeAddress(id)} className={tile.link}>
      <span className={tile.picture}>
        {image?.url ? <Picture url={image.url} alt="" loading="lazy" decoding="async" /> : <ImageOff aria-hidden />}
      </span>
      <span className={tile.name}>
        <Store aria-hidden className={styles.icon} /> {id}
      </span>
      <span className={styles.facts}>
        {raisedAlertCount > 0 ? (
          <Badge tone="bad">{raisedAlertCount === 1 ? '1 alert' : `${formatCount(raisedAlertCount)} alerts`}</Badge>
        ) : (
          <Badge>No alert</Badge>
        )}
        {compliance?.score != null && <Badge tone="neutral">{formatShare(compliance.score)} as planned</Badge>}
      </span>
      <span className={styles.soft}>Last picture {formatDateTime(createdAt)}</span>
    </Link>
  );
});
