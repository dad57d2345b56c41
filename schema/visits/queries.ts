import { countVisits, listVisits, type VisitRow } from '../../src/visits/visits.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { uuidOrNone } from '../core/given-id.ts';
import { VisitConnection, VisitStatus } from './visit.ts';

const VisitFilter = builder.inputType('VisitFilter', {
  description:
    'Filters for visits. A visit must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these visits.' }),
    visitIds: t.stringList({ description: 'Only visits with one of these ids of your own.' }),
    placeId: t.string({ description: 'Only visits with an analysis of this place.' }),
    statuses: t.field({ type: [VisitStatus], description: 'Only visits with one of these statuses.' }),
  }),
});

builder.queryField('visits', (t) =>
  t.field({
    type: VisitConnection,
    description: 'The visits of the organisation, newest first. A visit exists as long as an analysis belongs to it.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: VisitFilter, description: 'Which visits to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const wanted = {
        ids: filter?.ids?.map((id) => uuidOrNone('visit', id)),
        visitIds: filter?.visitIds ?? undefined,
        placeId: filter?.placeId ?? undefined,
        statuses: filter?.statuses ?? undefined,
      };
      return connect(page, idKey<VisitRow>('visits'), {
        load: (keyset) => listVisits(context.app.db, organizationId, wanted, keyset),
        count: () => countVisits(context.app.db, organizationId, wanted),
      });
    },
  }),
);
