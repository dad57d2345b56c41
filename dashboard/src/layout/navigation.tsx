import { LogOut } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { NavLink } from 'react-router';
import { pages } from '../pages.ts';
import { includesScope } from '../scopes.ts';
import { currentSession, onSessionChange, signOut } from '../session.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import styles from './navigation.module.css';

const groups = ['Watch', 'Manage', 'Administer'] as const;

/** The pages that the session's scopes open, and whose session it is. */
export function Navigation() {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  if (session === null) return null;
  const allowed = pages.filter(({ scope = 'READ' }) => includesScope(session.scopes, scope));
  return (
    <nav className={styles.navigation} aria-label="Pages">
      {groups.map((group) => {
        const links = allowed.filter(({ link }) => link?.group === group);
        if (links.length === 0) return null;
        return (
          <div key={group}>
            <p className={styles.group}>{group}</p>
            {links.map(
              ({ path, Page, link }) => link && <PageLink key={path} path={path} preload={Page.preload} {...link} />,
            )}
          </div>
        );
      })}
      <div className={styles.session}>
        <p className={styles.organization}>{session.organization}</p>
        <p className={styles.key}>
          {session.keyName} <Badge>{session.scopes.join(', ')}</Badge>
        </p>
        <Button variant="ghost" className={styles.signOut} onClick={() => void signOut()}>
          <LogOut aria-hidden /> Sign out
        </Button>
      </div>
    </nav>
  );
}

interface PageLinkProps {
  path: string;
  label: string;
  icon: typeof LogOut;
  /** Called when a person is about to open the page. */
  preload(): void;
}

function PageLink({ path, label, icon: Icon, preload }: PageLinkProps) {
  return (
    <NavLink
      to={path}
      className={({ isActive }) => `${styles.link} ${isActive ? styles.active : ''}`}
      onPointerEnter={preload}
      onFocus={preload}
    >
      <Icon aria-hidden /> {label}
    </NavLink>
  );
}
