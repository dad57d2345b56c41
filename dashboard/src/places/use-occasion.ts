import { useQuery, useSubscription } from '@apollo/client/react';
import type { AnalysisEventFilter } from '../graphql/schema-types.generated.ts';
import { useSoon } from '../ui/use-soon.ts';
import { type Occasion, toOccasion } from './occasion.ts';
import { OccasionAnalysesDocument, OccasionDocument, OccasionVisitDocument } from './visit.generated.ts';

export interface LoadedOccasion {
  /** undefined: it is being read. null: there is none with this id. */
  occasion: Occasion | null | undefined;
  error: unknown;
  reload(): void;
}

/**
 * A visit, or one picture that belongs to none, read again whenever one of its analyses ends, or the visit grows or closes.
 * @param id null: none is wanted
 */
export function useOccasion(id: string | null): LoadedOccasion {
  const { data, error, refetch } = useQuery(OccasionDocument, {
    variables: { id: id ?? '' },
    skip: id === null,
    fetchPolicy: 'no-cache',
  });
  const occasion = id === null ? null : data && toOccasion(data.node);
  const reload = () => void refetch();
  const reloadSoon = useSoon(reload);
  useSubscription(OccasionAnalysesDocument, {
    variables: { filter: analysesOf(occasion ?? null), after: data?.eventCursor },
    skip: !occasion,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: () => reloadSoon(''),
  });
  useSubscription(OccasionVisitDocument, {
    variables: { visitId: occasion?.visit?.visitId ?? '', after: data?.eventCursor },
    skip: !occasion?.visit,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: () => reloadSoon(''),
  });
  return { occasion, error, reload };
}

function analysesOf(occasion: Occasion | null): AnalysisEventFilter {
  const ended = ['SUCCEEDED' as const, 'FAILED' as const];
  if (occasion?.visit) return { visitId: occasion.visit.visitId, status: ended };
  return { ids: [occasion?.id ?? ''], status: ended };
}
