import { useEffect, useState, useSyncExternalStore } from 'react';
import { Dashboard } from './dashboard.tsx';
import { currentSession, onSessionChange, signIn } from './session.ts';
import { SignIn } from './sign-in/sign-in.tsx';
import { Loading } from './ui/loading.tsx';

interface AppProps {
  /** Of a sign-in link that opened the page. Its session takes the place of one that this tab still has. */
  linkSecret: string | null;
}

/** Nobody sees more than the sign-in page without a session. */
export function App({ linkSecret }: AppProps) {
  const session = useSyncExternalStore(onSessionChange, currentSession);
  const [isExchanging, setIsExchanging] = useState(linkSecret !== null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (linkSecret === null) return;
    signIn(linkSecret)
      .catch(setError)
      .finally(() => setIsExchanging(false));
  }, [linkSecret]);
  if (isExchanging) return <Loading label="Signing in" />;
  return session === null ? <SignIn linkError={error} /> : <Dashboard />;
}
