import { ApolloClient, ApolloLink, CombinedGraphQLErrors, InMemoryCache, type TypePolicies } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { OperationTypeNode } from 'graphql';
import { Connection } from './connection.ts';
import { endpoint } from './endpoint.ts';
import { possibleTypes } from './possible-types.generated.ts';
import { createSocket } from './socket.ts';

export interface Gateway {
  apollo: ApolloClient;
  connection: Connection;
  /** Connects again, with the token as it is by then; streams resume. */
  reconnect(): void;
  close(): void;
}

export interface GatewayOptions {
  /** The token at the time of each request. */
  token(): string;
  /** The server no longer accepts the token. */
  onForbidden(): void;
}

/** Queries, mutations and files over HTTP; subscriptions over one WebSocket that resumes. */
export function createGateway({ token, onForbidden }: GatewayOptions): Gateway {
  const connection = new Connection();
  const socket = createSocket({ connection, token, onForbidden });
  const authenticate = new SetContextLink(({ headers }) => ({ headers: { ...headers, 'X-API-Key': token() } }));
  const noticeEnd = new ErrorLink(({ error }) => {
    if (isUnauthenticated(error)) onForbidden();
  });
  const http = ApolloLink.from([noticeEnd, retryQueries, authenticate, new UploadHttpLink({ uri: endpoint })]);
  const apollo = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      http,
    ),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
  return {
    apollo,
    connection,
    reconnect: () => socket.terminate(),
    close() {
      apollo.stop();
      void socket.dispose();
    },
  };
}

/**
 * Everything that can be read again has an id, so the defaults are right, with two exceptions: of a viewer there is only one, and a
 * detection has the same id as it was found and as it was corrected, which are two.
 */
const typePolicies: TypePolicies = { Viewer: { merge: true }, Detection: { keyFields: false } };

/** A query that did not reach the server is asked again; a mutation may have been done, so a person decides. */
const retryQueries = new RetryLink({
  delay: { initial: 300, max: 10_000, jitter: true },
  attempts: (count, { operationType }, error) =>
    operationType === OperationTypeNode.QUERY && count < 20 && error instanceof TypeError,
});

function isUnauthenticated(error: unknown): boolean {
  return (
    CombinedGraphQLErrors.is(error) && error.errors.some(({ extensions }) => extensions?.code === 'UNAUTHENTICATED')
  );
}
