import { expect, test } from 'vitest';
import { checkJsonBounds, readJson } from '../../../src/gateway/http/read-json.ts';

const bounds = { maxValues: 5, maxDepth: 3 };
const read = (text: string) => readJson(text, 'The request', bounds);

test.each([
  ['[1,2,3,4]', [1, 2, 3, 4]],
  ['{"a":{"b":[1]}}', { a: { b: [1] } }],
  ['\ufeff{"a":1}', { a: 1 }],
  ['"[[[[[,,,,,,"', '[[[[[,,,,,,'],
  ['{"a":"\\"[[[[,,,,,,"}', { a: '"[[[[,,,,,,' }],
  ['["\\\\","x"]', ['\\', 'x']],
])('%s is within bounds', (text, value) => {
  expect(read(text)).toEqual(value);
});

test.each([
  ['[1,2,3,4,5]', 'more than 5 values'],
  ['{"a":1,"b":2,"c":3,"d":4,"e":5}', 'more than 5 values'],
  ['[[],[],[],[],[]]', 'more than 5 values'],
  ['["\\\\",1,2,3,4]', 'more than 5 values'],
  ['[[[[1]]]]', 'more than 3 levels'],
  ['{"a":{"b":{"c":{}}}}', 'more than 3 levels'],
])('%s is not', (text, reason) => {
  expect(() => read(text)).toThrow(reason);
});

test('what is beyond the bounds is not looked at', () => {
  // No JSON from there on, which nobody finds out.
  expect(() => checkJsonBounds('[1,2,3,4,5,"', 'The request', bounds)).toThrow('more than 5 values');
});

test.each(['{"secret": nobody', 'secret', '\0'.repeat(100), '"secret', '["secret\\"'])(
  'the error for %j repeats nothing of it',
  (text) => {
    expect(() => read(text)).toThrow(/^The request is not JSON(; the fault is at character \d+)?\.$/);
  },
);
