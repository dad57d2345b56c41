import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type GraphQLEnumType, getIntrospectionQuery, isEnumType, parse, printSchema } from 'graphql/index.js';
import { describe, expect, test } from 'vitest';
import { schema } from '../../../schema/index.ts';
import { loadConfig } from '../../../src/config.ts';
import { introspectionBytes, maxIntrospectionBytes } from '../../../src/gateway/limits/introspection.ts';
import { introspectionCost } from '../../../src/gateway/limits/operation-cost.ts';
import { operationLimits } from '../../../src/gateway/limits/operation-limits.ts';
import { keylessCostPerMinute, maxOperationCost } from '../../../src/gateway/limits/use-operation-cost.ts';
import { maxSubscriptionsPerKey } from '../../../src/gateway/limits/use-subscription-limit.ts';
import { closeCode } from '../../../src/gateway/sockets/socket-close.ts';
import { maxOperationsPerSocket, maxSocketsPerKey } from '../../../src/gateway/sockets/socket-operations.ts';

const folder = path.join(import.meta.dirname, '../../../docs');
const text = ['clients.md', 'errors-and-limits.md']
  .map((page) => readFileSync(path.join(folder, page), 'utf8'))
  .join('\n');

/** What the tables under a column of this name say in it, as code. */
function column(title: string): string[] {
  const [, table = ''] = text.split(`| ${title} |`);
  const rows = table.split('\n\n')[0]!.split('\n').slice(2);
  return rows.flatMap((row) => [...row.split('|')[1]!.matchAll(/`([A-Z_]+)`/g)].map(([, code]) => code!));
}

/** From a heading to the next one. */
function section(title: string): string {
  return text.split(`\n## ${title}\n`)[1]!.split('\n## ')[0]!;
}

function valuesOf(name: string): string[] {
  const type = schema.getType(name);
  return isEnumType(type) ? (type as GraphQLEnumType).getValues().map((value) => value.name) : [];
}

describe('docs/clients.md and docs/errors-and-limits.md', () => {
  test.each([
    ['ErrorCode', '`ErrorCode`'],
    ['FailureCode', '`FailureCode`'],
    ['ResyncReason', 'reason of StreamResync'],
  ])('says what to do about every %s, and about none that is not there', (name, title) => {
    expect(column(title).sort()).toEqual(valuesOf(name).sort());
  });

  test('says what to do about every code of a refusal', () => {
    const source = readFileSync(path.join(folder, '../src/refusal.ts'), 'utf8');
    const [, union = ''] = /RefusalCode =([^;]+);/.exec(source)!;
    const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!);
    expect(codes).toContain('UNAUTHENTICATED');
    // These are made where they arise.
    const others = ['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'THROTTLED', 'INTERNAL'];
    expect(column('`extensions.code`').sort()).toEqual([...codes, ...others].sort());
  });

  test('tells every code that we close a socket with', () => {
    const table = text.split('| the socket closes with |')[1]!.split('\n\n')[0]!;
    const told = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, codes]) => codes!.split(', ').map(Number));
    expect(told).toEqual(expect.arrayContaining(Object.values(closeCode)));
  });

  test('has every limit that the schema tells of', () => {
    const numbers = (within: string) =>
      [...within.matchAll(/\d[\d,]*/g)].map(([found]) => Number(found.replaceAll(',', '')));
    const listed = new Set(numbers(section('Limits')));
    const told = printSchema(schema).matchAll(/(?:at most(?: the)?|\b\d+ to|than \d+, at most) ([\d,]*\d)/gi);
    const limits = new Set([...told].map(([, number]) => Number(number!.replaceAll(',', ''))));
    expect(limits.size).toBeGreaterThan(10);
    expect([...limits].filter((limit) => !listed.has(limit))).toEqual([]);
  });

  test('has the limits that hold when nothing is configured', () => {
    const { maxJsonBytes, maxRequestBytes, maxUploadBytes, maxImagePixels } = loadConfig({});
    for (const limit of [
      `| ${maxJsonBytes / 1e6} MB |`,
      `| ${maxRequestBytes / 1e9} GB (\`MAX_REQUEST_BYTES\`)`,
      `| ${maxUploadBytes / 1e6} MB (\`MAX_UPLOAD_BYTES\`), ${maxImagePixels / 1e6} megapixels (\`MAX_IMAGE_PIXELS\`)`,
    ])
      expect(text).toContain(limit);
  });

  test('has the limits of operations, sockets and keys', () => {
    const { depth, aliases, directives, rootFields, listEntries } = operationLimits;
    const thousands = (value: number) => value.toLocaleString('en-US');
    for (const limit of [
      `| ${depth}; ${aliases}, ${directives}, ${rootFields} |`,
      `| entries of one list, in variables or in the text | ${thousands(listEntries)} |`,
      `| cost of an operation | ${thousands(maxOperationCost)},`,
      `| ${maxOperationsPerSocket}; ${thousands(maxSubscriptionsPerKey)}, ${maxSocketsPerKey} |`,
    ])
      expect(text).toContain(limit);
  });

  test('tells about what the whole schema costs without a key', () => {
    const document = parse(
      getIntrospectionQuery({ schemaDescription: true, inputValueDeprecation: true, oneOf: true }),
    );
    const bytes = introspectionBytes(schema, { document, variables: {} });
    const cost = introspectionCost(bytes);
    const told = (pattern: RegExp) => Number(pattern.exec(text)?.[1]) || Number.NaN;
    const about = (value: number) => ({ asymmetricMatch: (other: number) => Math.abs(other / value - 1) < 0.15 });
    expect(told(/about (\d+) for the whole schema/)).toEqual(about(cost));
    expect(told(/about (\d+) full introspections a minute/)).toEqual(about(keylessCostPerMinute / cost));
    expect(Math.round(maxIntrospectionBytes / bytes)).toBe(told(/about (\d+) times the whole schema/));
  });
});
