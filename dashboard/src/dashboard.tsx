import { ApolloProvider } from '@apollo/client/react';
import { Suspense, useEffect, useState } from 'react';
import { HashRouter, Navigate, Route, Routes } from 'react-router';
import { createGateway } from './graphql/client.ts';
import { GatewayContext } from './graphql/gateway-context.ts';
import { Layout } from './layout/layout.tsx';
import { NotFound } from './layout/not-found.tsx';
import { beginPage, home, pages } from './pages.ts';
import { currentSession, endSession, onSessionChange } from './session.ts';
import { Loading } from './ui/loading.tsx';
import { stopRuns } from './upload/begun-runs.ts';

/**
 * What is there for whoever is signed in. Addresses are in the fragment (`#/analyses?status=FAILED`), so that links and reloads work
 * wherever a proxy serves the page, and what is filtered for stays out of the logs of servers.
 */
export function Dashboard() {
  const [gateway] = useState(() => {
    const made = createGateway({ token: () => currentSession()?.token ?? '', onForbidden: endSession });
    // The first request does not wait until the navigation is drawn.
    beginPage(location.hash, made.apollo);
    return made;
  });
  useEffect(
    () => () => {
      stopRuns(gateway.apollo);
      gateway.close();
    },
    [gateway],
  );
  // The server ends a socket with the token that opened it, so streams move to a socket with the new one.
  useEffect(() => onSessionChange(() => currentSession() !== null && gateway.reconnect()), [gateway]);
  return (
    <GatewayContext value={gateway}>
      <ApolloProvider client={gateway.apollo}>
        <HashRouter>
          <Layout>
            <Suspense fallback={<Loading />}>
              <Routes>
                <Route path="/" element={<Navigate to={home} replace />} />
                {pages.map(({ path, Page }) => (
                  <Route key={path} path={path} element={<Page />} />
                ))}
                <Route path="*" element={<NotFound />} />
              </Routes>
            </Suspense>
          </Layout>
        </HashRouter>
      </ApolloProvider>
    </GatewayContext>
  );
}
