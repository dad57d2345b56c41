import type { AnalysisFilter, AnalysisStatus } from '../graphql/schema-types.generated.ts';
import { analysisStatuses } from '../ui/status-badge.tsx';

/** The names of the filters in the address. */
export type FilterName =
  | 'status'
  | 'task'
  | 'place'
  | 'visit'
  | 'from'
  | 'to'
  | 'item'
  | 'image'
  | 'meta'
  | 'confidence';

/**
 * What the address asks for. Statuses stand apart by commas, times are in UTC, metadata is `key:value`; what cannot be read is left
 * out.
 */
export function readFilter(params: URLSearchParams): AnalysisFilter {
  const text = (name: FilterName) => params.get(name) || undefined;
  const status = text('status')
    ?.split(',')
    .filter((value) => analysisStatuses.includes(value));
  const from = readTime(text('from'));
  const to = readTime(text('to'));
  const metadata = params.getAll('meta' satisfies FilterName).flatMap(readPair);
  const confidence = Number(text('confidence'));
  return {
    ...(status?.length && { status: status as AnalysisStatus[] }),
    ...(text('task') && { taskId: text('task') }),
    ...(text('place') && { placeId: text('place') }),
    ...(text('visit') && { visitId: text('visit') }),
    ...((from || to) && { createdAt: { from, to } }),
    ...(text('item') && { containsCatalogItemId: text('item') }),
    ...(text('image') && { imageId: text('image') }),
    ...(metadata.length > 0 && { metadata }),
    ...(confidence > 0 && confidence <= 1 && { minConfidence: confidence }),
  };
}

function readTime(value: string | undefined): string | undefined {
  return value === undefined || Number.isNaN(Date.parse(value)) ? undefined : value;
}

function readPair(pair: string): { key: string; value: string }[] {
  const colon = pair.indexOf(':');
  return colon < 1 ? [] : [{ key: pair.slice(0, colon).trim(), value: pair.slice(colon + 1).trim() }];
}

/** What an input of type datetime-local holds for a time in UTC: the viewer's zone, without naming it. */
export function toLocalInput(iso: string | null): string {
  if (iso === null || Number.isNaN(Date.parse(iso))) return '';
  const date = new Date(iso);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Empty when nothing is chosen. */
export function fromLocalInput(local: string): string {
  return local === '' ? '' : new Date(local).toISOString();
}
