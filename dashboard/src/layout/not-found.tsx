import { Link } from 'react-router';
import { home } from '../pages.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Page } from '../ui/page.tsx';

export function NotFound() {
  return (
    <Page title="No such page">
      <EmptyState title="Nothing exists at this address">
        The link may be incomplete. <Link to={home}>Go to Live</Link>
      </EmptyState>
    </Page>
  );
}
