import { lazy, Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { Dashboard } from './dashboard.tsx';
import { currentSession, onSessionChange } from './session.ts';
import { onAddressChange, sharedSecret } from './shared/shared-link.ts';
import { SignIn } from './sign-in/sign-in.tsx';
import { Loading } from './ui/loading.tsx';

const SharedPage = lazy(() => import('./shared/shared-page.tsx'));

interface AppProps {
  /** By a sign-in link that opened the page; null: none did. Its session takes the place of one that this tab still has. */
  signingIn: Promise<void> | null;
}

/** Nobody sees more than the sign-in page without a session, except for what a link to one analysis shows. */
export function App({ signingIn }: AppProps) {
  const shared = useSyncExternalStore(onAddressChange, sharedSecret);
  if (shared === null) return <SignedIn signingIn={signingIn} />;
  return (
    <Suspense fallback={<Loading />}>
      <SharedPage key={shared} secret={shared} />
    </Suspense>
  );
}

function SignedIn({ signingIn }: AppProps) {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const [isExchanging, setIsExchanging] = useState(signingIn !== null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    void signingIn?.catch(setError).finally(() => setIsExchanging(false));
  }, [signingIn]);
  if (isExchanging) return <Loading label="Signing in" />;
  return session === null ? <SignIn linkError={error} /> : <Dashboard key={session.organizationId} />;
}
