import type { ArgBuilder, FieldMap, ObjectFieldBuilder, ObjectRef } from '@pothos/core';
import { z } from 'zod';
import type { Keyset } from '../../src/database/keyset.ts';
import { refusal } from '../../src/refusal.ts';
import { builder, type Types } from './builder.ts';

export const defaultPageSize = 50;
const maxPageSize = 100;

export interface Edge<Node> {
  cursor: string;
  node: Node;
}

interface Page<Node> {
  edges: Edge<Node>[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Reads only what is selected: a query for totalCount alone reads no rows, and one for edges counts none. */
export interface Connection<Node> {
  page(): Promise<Page<Node>>;
  totalCount(): Promise<number>;
}

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** What cursors of a connection hold. */
export interface CursorKey<Row> {
  /** Tells cursors of different connections apart, so that a mix-up is refused instead of answered with any page. */
  name: string;
  of(row: Row): string;
  pattern: RegExp;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Cursors by id: ids are UUIDv7, so descending ids are newest first. */
export function idKey<Row extends { id: string }>(name: string): CursorKey<Row> {
  return { name, of: (row) => row.id, pattern: uuidPattern };
}

/** Cursors by a whole number, for example the position in a batch. */
export function numberKey<Row>(name: string, of: (row: Row) => number): CursorKey<Row> {
  return { name, of: (row) => String(of(row)), pattern: /^\d{1,15}$/ };
}

function encodeCursor<Row>(key: CursorKey<Row>, row: Row): string {
  return Buffer.from(`${key.name}:${key.of(row)}`).toString('base64url');
}

function decodeCursor<Row>(key: CursorKey<Row>, cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const value = text.slice(key.name.length + 1);
  if (text.startsWith(`${key.name}:`) && key.pattern.test(value)) return value;
  throw refusal(
    'BAD_USER_INPUT',
    `"${cursor}" is not a cursor of this connection. Pass the endCursor of its previous page.`,
  );
}

/**
 * A page of a list by keyset: it costs the same however deep it lies, and entries that come or go meanwhile shift nothing.
 * `load` reads at most `limit` rows after the key in the connection's order.
 * @throws GraphQLError BAD_USER_INPUT for a cursor that is not one of this connection.
 */
export function connect<Row>(
  args: PageArgs,
  key: CursorKey<Row>,
  read: { load(keyset: Keyset): Promise<Row[]>; count?(): Promise<number> },
): Connection<Row> {
  const first = args.first ?? defaultPageSize;
  const after = args.after == null ? null : decodeCursor(key, args.after);
  let page: Promise<Page<Row>> | undefined;
  const loadPage = async (): Promise<Page<Row>> => {
    // One row more than asked for tells whether another page follows.
    const rows = await read.load({ after, limit: first + 1 });
    const edges = rows.slice(0, first).map((node) => ({ cursor: encodeCursor(key, node), node }));
    return { edges, hasNextPage: rows.length > first, hasPreviousPage: after !== null };
  };
  return {
    page: () => {
      page ??= loadPage();
      return page;
    },
    totalCount: () => read.count!(),
  };
}

/** The arguments of every connection. Spread into `args` with what filters it. */
export function pageArgs(t: ArgBuilder<Types>) {
  return {
    first: t.int({
      description: `Number of entries to return, 1 to ${maxPageSize}. Default: ${defaultPageSize}.`,
      validate: z
        .int()
        .nullish()
        .refine((first) => first == null || (first >= 1 && first <= maxPageSize), {
          error: ({ input }) =>
            `first is ${input}; expected 1 to ${maxPageSize}. Request more entries page by page, with after.`,
        }),
    }),
    after: t.string({
      description:
        'Returns the entries after this cursor: the endCursor of the previous page. Default: from the beginning.',
    }),
  };
}

/** What a connection costs, for the complexity of an operation: what it holds, as often as entries are asked for. */
export function pageComplexity(args: PageArgs): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, Math.min(args.first ?? defaultPageSize, maxPageSize)) };
}

/**
 * The connection and edge types of a node type, named after it. `edgeFields` adds to the edge. `uncounted`: it has no
 * totalCount, since counting would take as long as reading all of it; then `connect` needs no `count`.
 * Use the result as the `type` of a field whose resolver returns `connect(…)`.
 */
export function connectionType<Row>(
  nodeName: string,
  node: ObjectRef<Types, unknown, Row>,
  options: { edgeFields?: (t: ObjectFieldBuilder<Types, Edge<Row>>) => FieldMap; uncounted?: boolean } = {},
) {
  const EdgeRef = builder.objectRef<Edge<Row>>(`${nodeName}Edge`).implement({
    description: `One entry of a ${nodeName}Connection.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Opaque position of this entry.' }),
      node: t.field({ type: node, description: 'The entry.', resolve: (edge) => edge.node as never }),
      ...options.edgeFields?.(t),
    }),
  });
  return builder.objectRef<Connection<Row>>(`${nodeName}Connection`).implement({
    description: 'One page of a list.',
    fields: (t) => ({
      edges: t.field({
        type: [EdgeRef],
        description: 'The entries of this page.',
        // How many there are is counted with the connection.
        complexity: { field: 0, multiplier: 1 },
        resolve: async (connection) => (await connection.page()).edges,
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'Where this page lies, and how to get the next one.',
        complexity: 0,
        resolve: async (connection) => pageInfo(await connection.page()),
      }),
      ...(!options.uncounted && {
        totalCount: t.int({
          description: 'Number of entries on all pages. It is counted only if selected.',
          // As often as the page has entries: counting takes about as long as reading them.
          complexity: 1,
          resolve: (connection) => connection.totalCount(),
        }),
      }),
    }),
  });
}

function pageInfo<Node>({ edges, hasNextPage, hasPreviousPage }: Page<Node>) {
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
}
