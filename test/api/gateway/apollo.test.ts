import { ApolloClient, type ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
// @ts-expect-error The package brings no types.
import UploadHttpLink from 'apollo-upload-client/UploadHttpLink.mjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../support/client.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.stop());

function client(link: ApolloLink): ApolloClient {
  return new ApolloClient({ link, cache: new InMemoryCache() });
}

test('Apollo Client uploads files with apollo-upload-client', async () => {
  const link = new UploadHttpLink({ uri: `${gateway.url}/graphql`, headers: { 'x-api-key': gateway.apiKey } });
  const { data } = await client(link as never).mutate<{ hash: string[] }>({
    mutation: gql`mutation ($files: [Upload]!) { hash(files: $files) }`,
    variables: { files: [new File(['first'], 'a.jpg'), new File(['second'], 'b.jpg')] },
  });
  expect(data?.hash.map((text) => text.split(' ').slice(0, 2))).toEqual([
    ['a.jpg', '5'],
    ['b.jpg', '6'],
  ]);
});

test('Apollo Client subscribes over WebSocket', async () => {
  const socket = connect(gateway.url, { apiKey: gateway.apiKey });
  const received = Promise.withResolvers<unknown>();
  const subscription = client(new GraphQLWsLink(socket))
    .subscribe({ query: gql`subscription { ticks }` })
    .subscribe({ next: ({ data }) => received.resolve(data), error: received.reject });
  (await gateway.tiny.nextStream()).send(5);
  expect(await received.promise).toEqual({ ticks: 5 });
  subscription.unsubscribe();
  await socket.dispose();
});

test('Apollo Client without a link for subscriptions gets the explanation', async () => {
  const link = new HttpLink({ uri: `${gateway.url}/graphql`, headers: { 'x-api-key': gateway.apiKey } });
  const failed = Promise.withResolvers<Error>();
  client(link)
    .subscribe({ query: gql`subscription { ticks }` })
    .subscribe({ next: ({ error }) => error && failed.resolve(error as Error), error: failed.resolve });
  expect(JSON.stringify({ ...(await failed.promise) })).toContain('graphql-ws');
});
