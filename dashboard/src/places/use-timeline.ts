import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import type { PlaceTimelineFilter } from '../graphql/schema-types.generated.ts';
import type { ListWindow } from '../lists/list-window.ts';
import { useListWindow } from '../lists/use-list-window.ts';
import { useSoon } from '../ui/use-soon.ts';
import {
  PlaceAnalysesDocument,
  PlaceTimelineDocument,
  PlaceVisitsDocument,
  type TimelineEntryFragment,
  VisitEntryDocument,
} from './place.generated.ts';

/** As many as PlaceTimeline asks for. */
const entriesPerPage = 20;

/** A visit or a single picture; its id is that of the visit, or else of the analysis. */
export type TimelineEntry = TimelineEntryFragment & { id: string };

export interface TimelineState {
  list: ListWindow<TimelineEntry>;
  /** Pictures that were submitted since, without those of visits that are listed. */
  newCount: number;
  /** Reads a visit again. @param visitId the id that its client gave it */
  refreshVisit(visitId: string): Promise<void>;
}

interface TimelineOptions {
  placeId: string;
  filter: PlaceTimelineFilter;
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  /** What was missed cannot be known: begin again. */
  onResync(): void;
}

/** The timeline of a place as it was when it was begun. Its entries change as their analyses and visits do; new ones are counted. */
export function useTimeline({ placeId, filter, eventCursor, onResync }: TimelineOptions): TimelineState {
  const apollo = useApolloClient();
  const [newCount, setNewCount] = useState(0);
  const list = useListWindow<TimelineEntry>(async (after) => {
    const variables = { placeId, filter, after };
    const { data } = await apollo.query({ query: PlaceTimelineDocument, variables, fetchPolicy: 'no-cache' });
    const timeline = data?.places.nodes[0]?.timeline;
    if (!timeline) return { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };
    return { ...timeline, nodes: timeline.nodes.flatMap(withId) };
  }, entriesPerPage);

  const refreshVisit = async (visitId: string) => {
    const variables = { placeId, filter: { ...filter, visitIds: [visitId] } };
    const { data } = await apollo.query({ query: VisitEntryDocument, variables, fetchPolicy: 'no-cache' });
    const entries = data?.places.nodes[0]?.timeline.nodes.flatMap(withId) ?? [];
    list.whenRead(() => {
      for (const entry of entries) list.update(entry);
    });
  };
  const refreshSoon = useSoon((visitId) => void refreshVisit(visitId));
  useSubscription(PlaceAnalysesDocument, {
    variables: { placeId, after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.analysisEvents;
      if (event?.__typename === 'StreamResync') return onResync();
      if (event?.__typename !== 'AnalysisStatusChanged' || event.analysis === null) return;
      const { analysis, previousStatus } = event;
      const { visit } = analysis;
      const entryId = visit?.id ?? analysis.id;
      list.whenRead(() => {
        if (previousStatus === null && !list.has(entryId)) return setNewCount((count) => count + 1);
        const isListed = list.change(entryId, (entry) => ({
          ...entry,
          latestAnalyses: entry.latestAnalyses.map((known) => (known.id === analysis.id ? analysis : known)),
        }));
        if (isListed && visit && analysis.status === 'SUCCEEDED') refreshSoon(visit.visitId);
      });
    },
  });
  useSubscription(PlaceVisitsDocument, {
    variables: { placeId, after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.visitEvents;
      if (event?.__typename === 'StreamResync') return onResync();
      const visit = event?.__typename === 'VisitChanged' ? event.visit : null;
      if (visit) list.whenRead(() => list.has(visit.id) && refreshSoon(visit.visitId));
    },
  });
  return { list, newCount, refreshVisit };
}

/** Those of which every analysis has been deleted meanwhile have no id. */
function withId(entry: TimelineEntryFragment): TimelineEntry[] {
  const id = entry.visit?.id ?? entry.latestAnalyses[0]?.id;
  return id === undefined ? [] : [{ ...entry, id }];
}
