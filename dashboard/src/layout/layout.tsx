import { Menu, X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'react-router';
import { ConnectionBanner } from './connection-banner.tsx';
import styles from './layout.module.css';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import { PageBoundary } from './page-boundary.tsx';
import { SessionEnd } from './session-end.tsx';

/** Navigation at the left; on a phone it is behind a button. */
export function Layout({ children }: { children: ReactNode }) {
  const drawer = useRef<HTMLDialogElement>(null);
  const content = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    void pathname;
    drawer.current?.close();
  }, [pathname]);
  return (
    <div className={styles.layout}>
      <button type="button" className={styles.skip} onClick={() => content.current?.focus()}>
        Skip to content
      </button>
      <aside className={styles.side}>
        <Logo />
        <Navigation />
      </aside>
      <header className={styles.bar}>
        <button
          type="button"
          className={styles.menu}
          aria-label="Open navigation"
          onClick={() => drawer.current?.showModal()}
        >
          <Menu aria-hidden />
        </button>
        <Logo />
      </header>
      <dialog ref={drawer} className={styles.drawer} aria-label="Navigation" closedby="any">
        <button
          type="button"
          className={styles.menu}
          aria-label="Close navigation"
          onClick={() => drawer.current?.close()}
        >
          <X aria-hidden />
        </button>
        <Navigation />
      </dialog>
      <main ref={content} className={styles.main} tabIndex={-1}>
        <ConnectionBanner />
        <SessionEnd />
        <PageBoundary key={pathname}>{children}</PageBoundary>
      </main>
    </div>
  );
}
