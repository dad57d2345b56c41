import type { PlaceTimelineFilter } from '../graphql/schema-types.generated.ts';

/** The names of the filters in the address. */
export type TimelineFilterName = 'task' | 'from' | 'to';

/** What the address asks for. Times are in UTC; what cannot be read is left out. */
export function readTimelineFilter(params: URLSearchParams): PlaceTimelineFilter {
  const task = params.get('task');
  const [from, to] = [readTime(params.get('from')), readTime(params.get('to'))];
  return { ...(task && { taskId: task }), ...((from || to) && { takenAt: { from, to } }) };
}

function readTime(value: string | null): string | undefined {
  return value === null || Number.isNaN(Date.parse(value)) ? undefined : value;
}
