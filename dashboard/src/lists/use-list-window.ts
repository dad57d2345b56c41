import { useEffect, useState, useSyncExternalStore } from 'react';
import { type FetchPage, ListWindow } from './list-window.ts';

/**
 * A window onto a list, from its first page on.
 * @param fetchPage decides the list: give the component a `key` that changes with it
 */
export function useListWindow<Row extends { id: string }>(fetchPage: FetchPage<Row>): ListWindow<Row> {
  const [list] = useState(() => new ListWindow(fetchPage));
  useSyncExternalStore(list.subscribe, list.version);
  useEffect(() => list.show(0, 0), [list]);
  return list;
}
