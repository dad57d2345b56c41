import type { ApolloClient } from '@apollo/client';
import { type ComponentType, lazy } from 'react';

/** What the module of a page exports. */
export interface PageModule {
  default: ComponentType;
  /** Sends the first request of the page before it is drawn. */
  begin?(apollo: ApolloClient, params: URLSearchParams): void;
}

/** A page whose code is loaded when it is first shown. */
export interface LazyPage {
  (): React.ReactNode;
  /** Loads the code before: the page is then shown at once. */
  preload(): void;
  /** Begins what the page waits for, as soon as its code is there. */
  begin(apollo: ApolloClient, params: URLSearchParams): void;
}

/**
 * `React.lazy` alone shows the fallback even where the code is there already, and React keeps a fallback for at least 300 ms so that it does
 * not flicker. A page that was preloaded has none.
 */
export function lazyPage(load: () => Promise<PageModule>): LazyPage {
  let loaded: PageModule | null = null;
  const loadOnce = async () => {
    loaded = await load();
    return loaded;
  };
  const Lazy = lazy(loadOnce);
  const Page = () => {
    const Loaded = loaded?.default;
    return Loaded ? <Loaded /> : <Lazy />;
  };
  return Object.assign(Page, {
    // What cannot be loaded now is asked for again when it is shown, and reported then.
    preload: () => void loadOnce().catch(() => undefined),
    begin(apollo: ApolloClient, params: URLSearchParams) {
      if (loaded) loaded.begin?.(apollo, params);
      else
        void loadOnce().then(
          (module) => module.begin?.(apollo, params),
          () => undefined,
        );
    },
  });
}
