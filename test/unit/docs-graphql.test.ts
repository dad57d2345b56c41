import { readdirSync } from 'node:fs';
import path from 'node:path';
// The build that Node gives to Pothos; vite would take the .mjs one, to which these types are strangers.
import { parse, validate } from 'graphql/index.js';
import { expect, test } from 'vitest';
import { schema } from '../../schema/index.ts';
import { codeIn } from '../support/documented.ts';
import { projectRoot } from '../support/readme.ts';

const pages = readdirSync(path.join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.md'))
  .map((name) => path.join('docs', name));
const operations = ['README.md', ...pages].flatMap((page) =>
  codeIn(page, 'graphql').map((code) => [page, code] as const),
);

test('the pages have operations', () => {
  expect(operations.length).toBeGreaterThan(10);
});

test.each(operations)('the schema has everything that an operation of %s asks for: %s', (_page, code) => {
  expect(validate(schema, parse(code)).map(({ message }) => message)).toEqual([]);
});
