import { useQuery } from '@apollo/client/react';
import { BellRing, Store } from 'lucide-react';
import { useDeferredValue, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { readAlertFilter } from '../alerts/alert-filter.ts';
import { AlertFilterBar } from '../alerts/alert-filter-bar.tsx';
import { AlertList } from '../alerts/alert-list.tsx';
import { formatCount } from '../format/format.ts';
import { SavedViewsButton } from '../saved-views/saved-views-button.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { SegmentedControl } from '../ui/segmented-control.tsx';
import { PlaceList } from './place-list.tsx';
import { PlacesStartDocument } from './places.generated.ts';
import styles from './places-page.module.css';

const views = [
  { value: 'places', label: 'Places', icon: Store },
  { value: 'alerts', label: 'Alerts', icon: BellRing },
] as const;

/** Where pictures are taken, and what is the matter there. */
export default function PlacesPage() {
  const [params, setParams] = useSearchParams();
  const view = params.get('view') === 'alerts' ? 'alerts' : 'places';
  const change = (name: string, value: string, options?: { replace: boolean }) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, options);
  };
  const filter = useMemo(() => readAlertFilter(params), [params]);
  const text = params.get('text') ?? '';
  const isAlerted = params.get('alerts') === 'open';
  return (
    <Page
      title="Places"
      actions={
        <>
          <SavedViewsButton />
          <SegmentedControl
            label="View"
            options={views}
            value={view}
            // The filters of the one are not those of the other.
            onChange={(value) => setParams(value === 'alerts' ? { view: value } : {})}
          />
        </>
      }
    >
      <search className={styles.bar}>
        {view === 'alerts' ? (
          <AlertFilterBar params={params} onChange={change} />
        ) : (
          <>
            <TextField
              label="Search"
              type="search"
              placeholder="A part of its id"
              value={text}
              onChange={({ target }) => change('text', target.value, { replace: true })}
            />
            <div className={styles.check}>
              <CheckField
                label="Only with open alerts"
                checked={isAlerted}
                onChange={({ target }) => change('alerts', target.checked ? 'open' : '')}
              />
            </div>
          </>
        )}
      </search>
      {view === 'alerts' ? (
        <AlertList
          key={params.toString()}
          filter={filter}
          showPlaces
          empty="Alerts come from the rules of a task: open it on the page Tasks to say when one is raised."
        />
      ) : (
        <Places text={text} isAlerted={isAlerted} />
      )}
    </Page>
  );
}

function Places({ text, isAlerted }: { text: string; isAlerted: boolean }) {
  const settled = useDeferredValue(text.trim());
  const filter = useMemo(
    () => ({ ...(settled !== '' && { text: settled }), ...(isAlerted && { hasRaisedAlerts: true }) }),
    [settled, isAlerted],
  );
  const { data, error, refetch } = useQuery(PlacesStartDocument, { variables: { filter }, fetchPolicy: 'no-cache' });
  return (
    <>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {data && (
        <>
          <p className="visually-hidden" role="status">
            {formatCount(data.places.totalCount)} places
          </p>
          <PlaceList
            // Another filter is another list, as is the one that is read again.
            key={data.eventCursor}
            filter={filter}
            eventCursor={data.eventCursor}
            totalCount={data.places.totalCount}
            isFiltered={settled !== '' || isAlerted}
            onReload={() => void refetch()}
          />
        </>
      )}
    </>
  );
}
