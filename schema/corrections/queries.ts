import {
  countCorrections,
  type CorrectionFilter as Filter,
  type ListedCorrection,
  listCorrections,
} from '../../src/corrections/corrections.repository.ts';
import { builder } from '../core/builder.ts';
import { narrowingOf, organizationOf } from '../core/caller.ts';
import { connect, pageArgs, pageComplexity } from '../core/connection.ts';
import { filterId } from '../core/given-id.ts';
import { creationKey } from '../core/order.ts';
import { DateTimeRange } from '../core/ranges.ts';
import { CorrectionConnection, CorrectionStatus } from './correction.ts';

const CorrectionFilter = builder.inputType('CorrectionFilter', {
  description:
    'Filters for corrections. A correction must match all of them; a filter that is omitted or null is ignored. An unknown id matches nothing.',
  fields: (t) => ({
    taskId: t.id({ description: 'Only corrections of analyses of this task.' }),
    analysisId: t.id({ description: 'Only corrections of the image of this analysis, made on any of its runs.' }),
    status: t.field({ type: CorrectionStatus, description: 'Only corrections with this status.' }),
    catalogItemId: t.id({ description: 'Only corrections that name this catalogue item.' }),
    createdAt: t.field({ type: DateTimeRange, description: 'Only corrections made in this period.' }),
  }),
});

builder.queryField('corrections', (t) =>
  t.field({
    type: CorrectionConnection,
    permits: ['NARROWED'],
    description:
      'The corrections of the organisation, newest first. Those that were removed or replaced are not listed.',
    args: {
      ...pageArgs(t.arg),
      filter: t.arg({ type: CorrectionFilter, description: 'Which corrections to list. Default: all.' }),
    },
    complexity: pageComplexity,
    resolve: (_root, { filter, ...page }, context) => {
      const organizationId = organizationOf(context);
      const wanted = { ...toFilter(filter), narrowing: narrowingOf(context) };
      return connect(page, creationKey<ListedCorrection>('corrections'), {
        load: (keyset) => listCorrections(context.app.db, organizationId, wanted, keyset),
        count: () => countCorrections(context.app.db, organizationId, wanted),
      });
    },
  }),
);

function toFilter(input: typeof CorrectionFilter.$inferInput | null | undefined): Filter {
  if (!input) return {};
  return {
    taskId: filterId('task', input.taskId),
    analysisId: filterId('analysis', input.analysisId),
    status: input.status ?? undefined,
    catalogItemId: filterId('catalogItem', input.catalogItemId),
    createdAt: input.createdAt ?? undefined,
  };
}
