import { type ComponentType, lazy } from 'react';

/** A page whose code is loaded when it is first shown. */
export interface LazyPage {
  (): React.ReactNode;
  /** Loads the code before: the page is then shown at once. */
  preload(): void;
}

/**
 * `React.lazy` alone shows the fallback even where the code is there already, and React keeps a fallback for at least 300 ms so that it does
 * not flicker. A page that was preloaded has none.
 */
export function lazyPage(load: () => Promise<{ default: ComponentType }>): LazyPage {
  let Loaded: ComponentType | null = null;
  const loadOnce = async () => {
    const module = await load();
    Loaded = module.default;
    return module;
  };
  const Lazy = lazy(loadOnce);
  return Object.assign(() => (Loaded ? <Loaded /> : <Lazy />), {
    // What cannot be loaded now is asked for again when it is shown, and reported then.
    preload: () => void loadOnce().catch(() => undefined),
  });
}
