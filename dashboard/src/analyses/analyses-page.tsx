import { useQuery } from '@apollo/client/react';
import { LayoutGrid, ScanEye, Table2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { formatCount } from '../format/format.ts';
import { SavedViewsButton } from '../saved-views/saved-views-button.tsx';
import { useScope } from '../scopes.ts';
import { Badge } from '../ui/badge.tsx';
import { PageButton } from '../ui/button.tsx';
import { SelectField } from '../ui/field.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { SegmentedControl } from '../ui/segmented-control.tsx';
import { AnalysesStartDocument } from './analyses.generated.ts';
import { AnalysisList } from './analysis-list.tsx';
import { type FilterName, readFilter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { orders } from './orders.ts';

const views = [
  { value: 'grid', label: 'Grid', icon: LayoutGrid },
  { value: 'table', label: 'Table', icon: Table2 },
] as const;

/** All analyses that the filters in the address let through, as pictures or as a table. */
export default function AnalysesPage() {
  const [params, setParams] = useSearchParams();
  const mayCorrect = useScope('WRITE');
  const view = params.get('view') === 'table' ? 'table' : 'grid';
  const sort = params.get('sort') ?? '';
  const filters = useMemo(() => without(without(params, 'view'), 'sort'), [params]);
  const filter = useMemo(() => readFilter(filters), [filters]);
  const { data, error, refetch } = useQuery(AnalysesStartDocument, {
    variables: { filter },
    // What was counted before is not what is there now.
    fetchPolicy: 'no-cache',
  });
  /** How often the list has been read: deletions do not move the position of the log. */
  const [readings, setReadings] = useState(1);
  const reload = async () => {
    await refetch();
    setReadings((count) => count + 1);
  };

  const change = (name: FilterName | 'view' | 'sort', value: string) => {
    if ((params.get(name) ?? '') === value) return;
    const next = without(params, name);
    if (value !== '') next.set(name, value);
    setParams(next);
  };

  return (
    <Page
      title="Analyses"
      aside={data && <Badge>{formatCount(data.analyses.totalCount)}</Badge>}
      actions={
        <>
          <SelectField label="Order" value={sort} onChange={(event) => change('sort', event.target.value)}>
            {Object.entries(orders).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <SavedViewsButton />
          {mayCorrect && (
            <PageButton to={`/review?${filters}`}>
              <ScanEye aria-hidden /> Review
            </PageButton>
          )}
          <SegmentedControl label="View" options={views} value={view} onChange={(value) => change('view', value)} />
        </>
      }
    >
      <FilterBar params={filters} onChange={change} onClear={() => setParams(view === 'table' ? { view } : {})} />
      {error && <Problem error={error} retry={() => void reload()} />}
      {data && (
        <AnalysisList
          // Another filter is another list, as is the one that is read again.
          key={`${JSON.stringify(filter)} ${sort} ${readings}`}
          filter={filter}
          orderBy={orders[sort]?.orderBy ?? null}
          view={view}
          eventCursor={data.eventCursor}
          isFiltered={filters.size > 0}
          onReload={() => void reload()}
        />
      )}
    </Page>
  );
}

function without(params: URLSearchParams, name: string): URLSearchParams {
  const rest = new URLSearchParams(params);
  rest.delete(name);
  return rest;
}
