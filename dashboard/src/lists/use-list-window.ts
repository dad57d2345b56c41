import { useEffect, useState, useSyncExternalStore } from 'react';
import { type FetchPage, ListWindow } from './list-window.ts';

/**
 * A window onto a list, from its first page on.
 * @param fetchPage decides the list: give the component a `key` that changes with it
 * @param rowsPerPage as many as it asks for. Default: 100
 */
export function useListWindow<Row extends { id: string }>(
  fetchPage: FetchPage<Row>,
  rowsPerPage?: number,
): ListWindow<Row> {
  const [list] = useState(() => new ListWindow(fetchPage, rowsPerPage));
  useSyncExternalStore(list.subscribe, list.version);
  useEffect(() => list.show(0, 0), [list]);
  return list;
}
