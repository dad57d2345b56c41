import { useMemo, useState } from 'react';

/** What a person has selected in a list. */
export interface Selection {
  /** By id: what is selected may be scrolled out of what is kept. */
  names: ReadonlyMap<string, string>;
  toggle(id: string, name: string): void;
}

/** A selection in which nothing is selected, and what empties it again. It changes only when something is selected. */
export function useSelection(): { selection: Selection; clear(): void } {
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  return useMemo(() => {
    const toggle = (id: string, name: string) => setNames((known) => toggled(known, id, name));
    return { selection: { names, toggle }, clear: () => setNames(new Map()) };
  }, [names]);
}

function toggled(known: ReadonlyMap<string, string>, id: string, name: string): ReadonlyMap<string, string> {
  const next = new Map(known);
  if (!next.delete(id)) next.set(id, name);
  return next;
}
