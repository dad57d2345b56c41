import { maxListedPlaces } from '../../src/analyses/visits.repository.ts';
import type { EventState } from '../../src/events/event.ts';
import { isClosed, readVisitMembers } from '../../src/visits/members.ts';
import { findVisits } from '../../src/visits/visits.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { entitySubscription } from '../core/entity-subscription.ts';
import { streamIds } from '../core/stream.ts';
import { Visit, VisitStatus } from './visit.ts';

const VisitEventFilter = builder.inputType('VisitEventFilter', {
  description: 'Filters for a stream of visits. An event must match all of them; an empty filter matches every visit.',
  fields: (t) => ({
    ids: t.idList({
      description: 'Only these visits, 1 to 500. The stream completes when all of them are CLOSED.',
    }),
    visitIds: t.stringList({ description: 'Only visits with one of these ids of your own.' }),
    placeId: t.string({
      description: `Only visits of this place: an image or video of it has been submitted for them. A visit of more than ${maxListedPlaces} places matches every place.`,
    }),
    statuses: t.field({
      type: [VisitStatus],
      description: 'Only changes after which the visit has one of these statuses.',
    }),
  }),
});

entitySubscription('visitEvents', {
  description:
    'What happens to visits, in the order in which it was committed: they begin, images and videos are added, and they close. With `ids` in the filter, the stream completes when all of them are CLOSED. The end of an analysis is no event of its visit; follow `analysisEvents(filter: { visitId })` for that.',
  permits: ['NARROWED'],
  kind: 'VISIT',
  union: 'VisitEvent',
  change: {
    name: 'VisitChanged',
    description: 'A visit began, images or videos were added to it, or its status changed.',
    fields: (t) => ({
      status: t.field({
        type: VisitStatus,
        description: 'The status after this change.',
        resolve: ({ event }) => event.state.status,
      }),
      previousStatus: t.field({
        type: VisitStatus,
        nullable: true,
        description:
          'The status before this change; OPEN as well, if images or videos were added to an open visit. Null for a new visit, and for the initial state that a stream starts with.',
        resolve: ({ event }) => event.state.previousStatus,
      }),
    }),
  },
  entity: { field: 'visit', noun: 'visit', idKind: 'visit', type: Visit, find: findVisits },
  args: (t) => ({
    filter: t({ type: VisitEventFilter, description: 'Which visits to follow. Default: all.' }),
  }),
  narrow: ({ filter }, context) => {
    const entityIds = streamIds('visit', filter?.ids);
    return {
      ...(entityIds && {
        entityIds,
        members: (trx) => readVisitMembers(trx, organizationOf(context), entityIds),
        isSettled: isClosed,
      }),
      matches: ({ state }) => matches(filter ?? {}, state),
    };
  },
});

function matches(
  { visitIds, placeId, statuses }: typeof VisitEventFilter.$inferInput,
  state: EventState<'VISIT'>,
): boolean {
  return (
    (visitIds == null || visitIds.includes(state.visitId)) &&
    (placeId == null || state.placeIds === null || state.placeIds.includes(placeId)) &&
    (statuses == null || statuses.includes(state.status))
  );
}
