import { useQuery } from '@apollo/client/react';
import { Film, Images, MapPinOff, Upload } from 'lucide-react';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';
import { AlertList } from '../alerts/alert-list.tsx';
import { fromLocalInput, toLocalInput } from '../analyses/filter.ts';
import { formatCount } from '../format/format.ts';
import { SavedViewsButton } from '../saved-views/saved-views-button.tsx';
import { useScope } from '../scopes.ts';
import { TaskSelect } from '../tasks/task-select.tsx';
import { Badge } from '../ui/badge.tsx';
import { PageButton } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { LatestVideos } from '../videos/latest-videos.tsx';
import { PlaceStartDocument } from './place.generated.ts';
import styles from './places-page.module.css';
import { PlanogramLink } from './planogram-link.tsx';
import { Timeline } from './timeline.tsx';
import { readTimelineFilter, type TimelineFilterName } from './timeline-filter.ts';

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What was photographed at one place, and its open alerts. */
export default function PlacePage() {
  const [params, setParams] = useSearchParams();
  const mayWrite = useScope('WRITE');
  const placeId = params.get('place') ?? '';
  const filter = useMemo(() => readTimelineFilter(params), [params]);
  const alertFilter = useMemo(() => ({ placeId, statuses: ['RAISED' as const] }), [placeId]);
  const variables = { placeId, filter };
  // What was counted before is not what is there now.
  const { data, error, refetch } = useQuery(PlaceStartDocument, { variables, fetchPolicy: 'no-cache' });
  const place = data?.places.nodes[0];
  const change = (name: TimelineFilterName, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next);
  };
  const time = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: toLocalInput(params.get(name)),
    onChange: (event: { currentTarget: HTMLInputElement }) => change(name, fromLocalInput(event.currentTarget.value)),
  });
  const videosAddress = `/videos?${new URLSearchParams({ place: placeId })}`;
  const videos = <LatestVideos key={placeId} filter={{ placeId }} to={videosAddress} />;
  if (data && !place)
    return (
      <Page title={placeId || 'Place'}>
        <EmptyState icon={<MapPinOff aria-hidden />} title="No picture names this place">
          It may have been deleted with its last picture, or the link is not complete.{' '}
          <Link to="/places">See all places</Link>
        </EmptyState>
        {placeId !== '' && videos}
      </Page>
    );
  return (
    <Page
      title={placeId}
      aside={
        place && <Badge>{place.counts.total === 1 ? '1 picture' : `${formatCount(place.counts.total)} pictures`}</Badge>
      }
      actions={
        <>
          <SavedViewsButton />
          {data && <PlanogramLink placeId={placeId} planograms={data.planograms.nodes} />}
          {mayWrite && (
            <PageButton to={`/upload?${new URLSearchParams({ place: placeId })}`}>
              <Upload aria-hidden /> Upload
            </PageButton>
          )}
          <PageButton to={`/analyses?${new URLSearchParams({ place: placeId })}`}>
            <Images aria-hidden /> Its analyses
          </PageButton>
          <PageButton to={videosAddress}>
            <Film aria-hidden /> Its videos
          </PageButton>
        </>
      }
    >
      <AlertList
        key={placeId}
        filter={alertFilter}
        showPlaces={false}
        empty="Nothing is the matter here, as far as the rules of its tasks say."
      />
      {videos}
      <search className={styles.bar}>
        <TaskSelect taskId={params.get('task') ?? ''} onChange={(taskId) => change('task', taskId)} />
        <TextField label={`Taken from (${zone})`} {...time('from')} />
        <TextField label={`Taken before (${zone})`} {...time('to')} />
      </search>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && place && (
        <Timeline
          // Another filter is another list, as is the one that is read again.
          key={data.eventCursor}
          {...{ placeId, filter }}
          eventCursor={data.eventCursor}
          totalCount={place.timeline.totalCount}
          onReload={() => void refetch()}
        />
      )}
    </Page>
  );
}
