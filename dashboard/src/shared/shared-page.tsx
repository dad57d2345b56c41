import { ApolloProvider } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { createGateway } from '../graphql/client.ts';
import { SharedView } from './shared-view.tsx';

/** The page of a link to one analysis, for people who have no key. @param secret of the link */
export default function SharedPage({ secret }: { secret: string }) {
  // A link that no longer works is told of in the API's words, where the analysis would be.
  const [gateway] = useState(() => createGateway({ token: () => secret, onForbidden: () => undefined }));
  useEffect(() => () => gateway.close(), [gateway]);
  return (
    <ApolloProvider client={gateway.apollo}>
      <SharedView />
    </ApolloProvider>
  );
}
