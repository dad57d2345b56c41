import { type ExecutionArgs, type ExecutionResult, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { ResponseSize } from '../../../src/gateway/responses/response-size.ts';
import { SharedResponses } from '../../../src/gateway/responses/shared-responses.ts';

const args = {
  document: parse('subscription { events }'),
  contextValue: { caller: null, app: {} },
} as unknown as ExecutionArgs;
const size = { release() {} } as ResponseSize;

/** The texts of the responses to one event of `subscribers`, which are all sent in the end. */
async function textsOf(subscribers: number, result: ExecutionResult): Promise<(string | undefined)[]> {
  const responses = new SharedResponses({ execute: async () => ({ result, size }), count() {} });
  const item = { type: 'event', event: {}, cursor: 'c' };
  const shared = await Promise.all(Array.from({ length: subscribers }, () => responses.respond(args, item)));
  const texts = shared.map((response) => response.result.stringify?.());
  for (const { room } of shared) room.release();
  return texts;
}

test('the JSON of a response that is shared is written once', async () => {
  let written = 0;
  const events = { toJSON: () => ++written };
  expect(await textsOf(3, { data: { events } })).toEqual(Array(3).fill('{"data":{"events":1}}'));
});

test('a response of one subscription, or with errors, is written by whoever sends it', async () => {
  expect(await textsOf(1, { data: { events: 1 } })).toEqual([undefined]);
  expect(await textsOf(2, { data: null, errors: [] })).toEqual([undefined, undefined]);
});
