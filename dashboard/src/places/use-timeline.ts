import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import type { PlaceTimelineFilter } from '../graphql/schema-types.generated.ts';
import type { ListWindow } from '../lists/list-window.ts';
import { useListWindow } from '../lists/use-list-window.ts';
import { useSoon } from '../ui/use-soon.ts';
import {
  PlaceAnalysesDocument,
  PlaceTimelineDocument,
  type TimelineEntryFragment,
  VisitStateDocument,
} from './place.generated.ts';

/** As many as PlaceTimeline asks for. */
const entriesPerPage = 20;

/** A visit or a single picture; its id is that of the visit, or else of the analysis. */
export type TimelineEntry = TimelineEntryFragment & { id: string };

export interface TimelineState {
  list: ListWindow<TimelineEntry>;
  /** Pictures that were submitted since. */
  newCount: number;
  /** Reads the status and the compliance of a visit again. */
  refreshVisit(id: string): Promise<void>;
}

interface TimelineOptions {
  placeId: string;
  filter: PlaceTimelineFilter;
  /** The position of the log that the list was begun at. */
  eventCursor: string;
  /** What was missed cannot be known: begin again. */
  onResync(): void;
}

/** The timeline of a place as it was when it was begun. Its entries change as their analyses do; new ones are counted. */
export function useTimeline({ placeId, filter, eventCursor, onResync }: TimelineOptions): TimelineState {
  const apollo = useApolloClient();
  const [newCount, setNewCount] = useState(0);
  const list = useListWindow<TimelineEntry>(async (after) => {
    const variables = { placeId, filter, after };
    const { data } = await apollo.query({ query: PlaceTimelineDocument, variables, fetchPolicy: 'no-cache' });
    const timeline = data?.places.nodes[0]?.timeline;
    if (!timeline) return { nodes: [], pageInfo: { endCursor: null, hasNextPage: false } };
    // Those of which every analysis has been deleted meanwhile have no id.
    const nodes = timeline.nodes.flatMap((entry) => {
      const id = entry.visit?.id ?? entry.latestAnalyses[0]?.id;
      return id === undefined ? [] : [{ ...entry, id }];
    });
    return { ...timeline, nodes };
  }, entriesPerPage);

  const refreshVisit = async (id: string) => {
    const { data } = await apollo.query({ query: VisitStateDocument, variables: { id }, fetchPolicy: 'no-cache' });
    const visit = data?.node?.__typename === 'Visit' ? data.node : null;
    if (visit) list.change(id, (entry) => ({ ...entry, visit }));
  };
  const refreshSoon = useSoon((id) => void refreshVisit(id));
  useSubscription(PlaceAnalysesDocument, {
    variables: { placeId, after: eventCursor },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData({ data: { data } }) {
      const event = data?.analysisEvents;
      if (event?.__typename === 'StreamResync') return onResync();
      if (event?.__typename !== 'AnalysisStatusChanged' || event.analysis === null) return;
      const { analysis, previousStatus } = event;
      if (previousStatus === null) return setNewCount((count) => count + 1);
      const entryId = analysis.visit?.id ?? analysis.id;
      const isListed = list.change(entryId, (entry) => ({
        ...entry,
        latestAnalyses: entry.latestAnalyses.map((known) => (known.id === analysis.id ? analysis : known)),
      }));
      if (isListed && analysis.visit && analysis.status === 'SUCCEEDED') refreshSoon(entryId);
    },
  });
  return { list, newCount, refreshVisit };
}
