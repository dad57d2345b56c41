import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, answer } from '../../support/client.ts';
import { filePart, multipartHead } from '../../support/multipart.ts';
import { sha256 } from '../../support/sha256.ts';
import { startTestGateway, type TestGateway } from './harness.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway?.stop());

type Part = [name: string, value: string | Blob];

const hash = 'mutation ($files: [Upload]!) { hash(files: $files) }';
const operations = JSON.stringify({ query: hash, variables: { files: [null] } });

function formOf(parts: readonly Part[]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value as string);
  return form;
}

async function send(
  body: FormData | string | Buffer<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const url = `${gateway.url}/graphql`;
  return answer(await fetch(url, { method: 'POST', headers: { 'x-api-key': gateway.apiKey, ...headers }, body }));
}

describe('a form', () => {
  const map = '{"0":["variables.files.0"]}';
  const json = (text: string) => new Blob([text], { type: 'application/json' });
  const file = new Blob(['bytes']);
  test.each<[string, [string, string | Blob][]]>([
    [
      'with map before operations',
      [
        ['map', map],
        ['operations', operations],
        ['0', file],
      ],
    ],
    [
      'with operations and map as files',
      [
        ['operations', json(operations)],
        ['map', json(map)],
        ['0', file],
      ],
    ],
    [
      'with one of them as a file',
      [
        ['map', json(map)],
        ['operations', operations],
        ['0', file],
      ],
    ],
    [
      'with byte order marks',
      [
        ['operations', `\ufeff${operations}`],
        ['map', json(`\ufeff${map}`)],
        ['0', file],
      ],
    ],
    [
      'with a field of its own',
      [
        ['token', 'x'],
        ['operations', operations],
        ['other', 'x'],
        ['map', map],
        ['0', file],
      ],
    ],
    [
      'with a file that map does not name',
      [
        ['operations', operations],
        ['map', map],
        ['9', file],
        ['0', file],
      ],
    ],
  ])('%s is a request', async (_title, parts) => {
    const { body } = await send(formOf(parts));
    expect(body.data.hash).toEqual([`blob 5 ${sha256(Buffer.from('bytes'))}`]);
  });
});

describe('a malformed request', () => {
  const file = new Blob(['x']);
  const cases: [string, Part[], string][] = [
    ['without parts', [], 'operations'],
    ['without operations', [['map', '{}']], 'no part operations'],
    ['without a map', [['operations', operations]], 'no part map'],
    [
      'with operations that are not JSON',
      [
        ['operations', '{'],
        ['map', '{}'],
      ],
      'not JSON',
    ],
    [
      'with a map that is not JSON',
      [
        ['operations', operations],
        ['map', '{'],
      ],
      'not JSON',
    ],
    [
      'with a map that is a list',
      [
        ['operations', operations],
        ['map', '[]'],
      ],
      'not an object',
    ],
    [
      'with a map to something else than paths',
      [
        ['operations', operations],
        ['map', '{"0":[1]}'],
      ],
      'not a list of paths',
    ],
    [
      'with a map to two places, of which one is none',
      [
        ['operations', operations],
        ['map', '{"0":["variables.files.0","b"]}'],
      ],
      'does not lead',
    ],
    [
      'with a path to nowhere',
      [
        ['operations', operations],
        ['map', '{"0":["variables.nope"]}'],
      ],
      'does not lead',
    ],
    [
      'with a path to a value',
      [
        ['operations', operations],
        ['map', '{"0":["query"]}'],
      ],
      'does not lead',
    ],
    [
      'with a file before the map',
      [
        ['operations', operations],
        ['0', file],
        ['map', '{}'],
      ],
      'comes before',
    ],
    [
      'with operations twice',
      [
        ['operations', operations],
        ['operations', operations],
      ],
      'twice',
    ],
    [
      'with more fields than any form has',
      Array.from({ length: 21 }, (_, index): Part => [`field-${index}`, 'x']),
      'more than 20 fields',
    ],
    [
      'with a file that has no filename, so that its bytes would be read as text',
      [
        ['operations', operations],
        ['map', '{"0":["variables.files.0"]}'],
        ['0', 'bytes'],
      ],
      'Give it a filename',
    ],
  ];
  test.each(cases)('%s is BAD_USER_INPUT', async (_title, parts, reason) => {
    const { status, body } = await send(formOf(parts));
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors[0].message).toContain(reason);
  });

  test('that ends within a file fails that file, as the client’s fault', async () => {
    const boundary = 'x';
    const whole = multipartHead(boundary, { query: hash, variables: { files: [null] } }, 1) + filePart(boundary, '0');
    const got = await send(`${whole}half of it`, { 'content-type': `multipart/form-data; boundary=${boundary}` });
    expect(got.status).toBe(400);
    expect(got.body.errors[0]).toMatchObject({
      message: expect.stringContaining('"0" is cut off'),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(gateway.logged.filter(({ level }) => (level as number) >= 50)).toEqual([]);
  });

  test('whose map names a file that does not come fails that file', async () => {
    const form = new FormData();
    form.append('operations', operations);
    form.append('map', '{"0":["variables.files.0"]}');
    const { body } = await send(form);
    expect(body.errors[0].message).toContain('The file "0", which map names, is not in it.');
  });

  test.each(['application/json', 'multipart/form-data', 'multipart/form-data; boundary='])(
    'of bytes that are no form is refused (%s)',
    async (type) => {
      // Not random: one in a hundred would begin as UTF-16 or gzip does, whose status is 415.
      const { status } = await send(Buffer.alloc(5_000, 0x81), { 'content-type': type });
      expect(status).toBe(400);
    },
  );

  test.each([
    '__proto__.polluted',
    'constructor.prototype.polluted',
    'variables.__proto__.polluted',
    'hasOwnProperty.call',
    'toString.polluted',
    'variables.files.length',
    'variables.files.push',
  ])('cannot reach what all objects share (%s)', async (path) => {
    const form = new FormData();
    form.append('operations', operations);
    form.append('map', JSON.stringify({ 0: [path] }));
    form.append('0', file, 'x');
    const { status } = await send(form);
    expect(status).toBe(400);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    expect(Object.hasOwn({ a: 1 }, 'a')).toBe(true);
    expect(Object.prototype.toString).not.toHaveProperty('polluted');
  });
});
