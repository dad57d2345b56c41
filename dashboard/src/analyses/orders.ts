import type { AnalysisOrder } from '../graphql/schema-types.generated.ts';

/** Orders of the list, by their name in the address. */
export const orders: Record<string, { label: string; orderBy: AnalysisOrder | null }> = {
  '': { label: 'Newest first', orderBy: null },
  oldest: { label: 'Oldest first', orderBy: { field: 'CREATED_AT', direction: 'ASC' } },
  finished: { label: 'Last to end first', orderBy: { field: 'FINISHED_AT', direction: 'DESC' } },
  uncertain: { label: 'Least certain first', orderBy: { field: 'CONFIDENCE', direction: 'ASC' } },
  certain: { label: 'Most certain first', orderBy: { field: 'CONFIDENCE', direction: 'DESC' } },
};
