import { countPlanograms, listPlanograms, type PlanogramRow } from '../../src/planograms/planograms.repository.ts';
import { builder } from '../core/builder.ts';
import { organizationOf } from '../core/caller.ts';
import { connect, idKey, pageArgs, pageComplexity } from '../core/connection.ts';
import { uuidOrNone } from '../core/given-id.ts';
import { PlanogramConnection } from './planogram.ts';

const PlanogramFilter = builder.inputType('PlanogramFilter', {
  description:
    'Filters for planograms. A planogram must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    ids: t.idList({ description: 'Only these planograms.' }),
    taskId: t.id({ description: 'Only planograms that are attached to this task.' }),
    placeId: t.string({ description: 'Only planograms that are attached to this place.' }),
  }),
});

builder.queryField('planograms', (t) =>
  t.field({
    type: PlanogramConnection,
    description: 'The planograms of the organisation, newest first, without deleted ones.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: PlanogramFilter, description: 'Which planograms to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const wanted = {
        ids: filter?.ids?.map((id) => uuidOrNone('planogram', id)),
        taskId: filter?.taskId == null ? undefined : uuidOrNone('task', filter.taskId),
        placeId: filter?.placeId ?? undefined,
      };
      return connect(page, idKey<PlanogramRow>('planograms'), {
        load: (keyset) => listPlanograms(context.app.db, organizationId, wanted, keyset),
        count: () => countPlanograms(context.app.db, organizationId, wanted),
      });
    },
  }),
);
