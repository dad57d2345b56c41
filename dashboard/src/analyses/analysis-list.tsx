import { useApolloClient, useSubscription } from '@apollo/client/react';
import { Images } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { formatCount } from '../format/format.ts';
import type { AnalysisFilter, AnalysisOrder } from '../graphql/schema-types.generated.ts';
import { useListWindow } from '../lists/use-list-window.ts';
import { useSelection } from '../lists/use-selection.ts';
import { useScope } from '../scopes.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Loading } from '../ui/loading.tsx';
import { NewsButton } from '../ui/news-button.tsx';
import { Problem } from '../ui/problem.tsx';
import { UploadLink } from '../ui/upload-link.tsx';
import { AnalysesChangesDocument, AnalysesPageDocument, type AnalysisRowFragment } from './analyses.generated.ts';
import { AnalysisGrid } from './analysis-grid.tsx';
import { AnalysisTable } from './analysis-table.tsx';
import { SelectionBar } from './selection-bar.tsx';

interface AnalysisListProps {
  filter: AnalysisFilter;
  orderBy: AnalysisOrder | null;
  view: 'grid' | 'table';
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  isFiltered: boolean;
  /** Begin again with what is there now. */
  onReload(): void;
}

/** The list as it was when it was begun. Rows change as their analyses do; new ones are announced, so that nothing moves by itself. */
export function AnalysisList({ filter, orderBy, view, eventCursor, isFiltered, onReload }: AnalysisListProps) {
  const apollo = useApolloClient();
  const mayWrite = useScope('WRITE');
  const list = useListWindow<AnalysisRowFragment>(async (after) => {
    const { data } = await apollo.query({
      query: AnalysesPageDocument,
      variables: { filter, orderBy, after },
      fetchPolicy: 'no-cache',
    });
    return data!.analyses;
  });
  const [newCount, setNewCount] = useState(0);
  const { selection, clear } = useSelection();

  const { taskId, placeId, visitId } = filter;
  useSubscription(AnalysesChangesDocument, {
    // Of the filters, events know these.
    variables: { filter: { taskId, placeId, visitId }, after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data }) {
      const event = data.data?.analysisEvents;
      if (event?.__typename === 'StreamResync') return onReload();
      if (event?.__typename !== 'AnalysisStatusChanged' || !event.analysis) return;
      const { analysis, previousStatus } = event;
      list.whenRead(() => {
        if (!list.update(analysis) && previousStatus === null) setNewCount((count) => count + 1);
      });
    },
  });

  const View = view === 'grid' ? AnalysisGrid : AnalysisTable;
  return (
    <>
      {newCount > 0 && <NewsButton onClick={onReload}>{formatCount(newCount)} submitted since: show them</NewsButton>}
      {mayWrite && <SelectionBar {...{ selection, filter }} onDone={clear} onDeleted={onReload} />}
      {list.error !== null && <Problem error={list.error} retry={() => list.retry()} />}
      {list.length > 0 ? (
        <View list={list} selection={selection} />
      ) : (
        list.error === null && (list.isComplete ? <NoAnalyses isFiltered={isFiltered} /> : <Loading />)
      )}
    </>
  );
}

function NoAnalyses({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered)
    return (
      <EmptyState icon={<Images aria-hidden />} title="No analysis matches all of these filters">
        <Link to="/analyses">Clear the filters</Link>
      </EmptyState>
    );
  return (
    <EmptyState icon={<Images aria-hidden />} title="There is no analysis yet">
      <UploadLink>Upload pictures</UploadLink>, submit them with <code>submitBatch</code>, or run{' '}
      <code>npm run demo</code>.
    </EmptyState>
  );
}
