import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { shortPath, typedPath } from '../../../src/cli/typed-path.ts';

const home = resolve('/home/somebody/pictures');

test('takes a path from where the person called npm run', () => {
  const env = { npm_lifecycle_event: 'demo', INIT_CWD: home };
  expect(typedPath('shelf.jpg', env)).toBe(resolve(home, 'shelf.jpg'));
  expect(shortPath(resolve(home, 'out', 'shelf.jpg'), env)).toBe(join('out', 'shelf.jpg'));
});

test('does not take INIT_CWD from an npm script that is not ours', () => {
  const env = { npm_lifecycle_event: 'test', INIT_CWD: home };
  expect(typedPath('shelf.jpg', env)).toBe(resolve('shelf.jpg'));
});

test('leaves an absolute path as it is, and shows one outside in full', () => {
  const env = { npm_lifecycle_event: 'demo', INIT_CWD: home };
  const outside = resolve('/somewhere/shelf.jpg');
  expect(typedPath(outside, env)).toBe(outside);
  expect(shortPath(outside, env)).toBe(outside);
});
