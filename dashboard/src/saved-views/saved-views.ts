import { currentSession } from '../session.ts';

/** An address of the dashboard that a person has named. */
export interface SavedView {
  name: string;
  /** Path and search within the dashboard, for example `/analyses?status=FAILED`. */
  address: string;
}

export const maxNameLength = 80;
const maxViews = 100;
const storagePrefix = 'sightline.saved-views.';
const listeners = new Set<() => void>();
/** What was parsed last, since useSyncExternalStore compares by identity. */
let parsed: { text: string | null; views: readonly SavedView[] } = { text: null, views: [] };

/** The views of this browser, for the organisation that is signed in. For useSyncExternalStore, as `onViewsChange` is. */
export function savedViews(): readonly SavedView[] {
  const text = localStorage.getItem(storageKey());
  if (text !== parsed.text) parsed = { text, views: parse(text) };
  return parsed.views;
}

/** Also tells of changes in other tabs. */
export function onViewsChange(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/**
 * Keeps an address under a name, in place of another address of this name.
 * @throws Error when there are too many, or the browser stores nothing for this page
 */
export function saveView(view: SavedView): void {
  const others = savedViews().filter(({ name }) => name !== view.name);
  if (others.length >= maxViews) throw new Error(`There are ${maxViews} saved views. Delete one first.`);
  write([...others, view].sort((a, b) => a.name.localeCompare(b.name)));
}

export function deleteView(name: string): void {
  write(savedViews().filter((view) => view.name !== name));
}

function write(views: readonly SavedView[]): void {
  localStorage.setItem(storageKey(), JSON.stringify(views));
  for (const listener of listeners) listener();
}

/** Ids in an address belong to an organisation, and its names are nobody else's business. */
function storageKey(): string {
  return `${storagePrefix}${currentSession()?.organization ?? ''}`;
}

/** Whatever is stored: a broken entry is left out rather than breaking the page. */
function parse(text: string | null): SavedView[] {
  try {
    const views: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(views) ? views.filter(isView) : [];
  } catch {
    return [];
  }
}

function isView(value: unknown): value is SavedView {
  const { name, address } = (value ?? {}) as Partial<SavedView>;
  return typeof name === 'string' && typeof address === 'string' && /^\/(?!\/)/.test(address);
}
