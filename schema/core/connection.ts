import type { ArgBuilder, FieldMap, ObjectFieldBuilder, ObjectRef } from '@pothos/core';
import { z } from 'zod';
import type { Keyset } from '../../src/database/keyset.ts';
import { refusal } from '../../src/refusal.ts';
import { builder, type Types } from './builder.ts';
import { loadNeighbors } from './neighbors.ts';
import { selectedFields } from './selection.ts';

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

/** Reads only what is selected: for totalCount alone it reads no page, and for edges or nodes alone it counts nothing. */
export interface Connection<Node> {
  page(): Promise<Page<Node>>;
  totalCount(): Promise<number>;
}

export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** What the cursors of a connection contain. */
export interface CursorKey<Row> {
  /** Identifies the connection, so that a cursor of another one is an error instead of leading to an arbitrary page. */
  name: string;
  of(row: Row): string;
  pattern: RegExp;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Cursors by id. Ids are UUIDv7, so descending order is newest first. */
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
    `"${cursor}" is not a cursor of this list in this order. Pass the endCursor of its previous page, with the same orderBy.`,
  );
}

/**
 * A page of a list, read by keyset: it costs the same at any depth, and entries that are added or deleted meanwhile do not
 * shift the others. `load` reads at most `limit` rows after the key, in the order of the connection.
 * @throws GraphQLError BAD_USER_INPUT for a cursor of anything else
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
    // One row more than requested shows whether another page follows.
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

/** The size of a page, an argument of every field that returns one. */
export function firstArg(t: ArgBuilder<Types>) {
  return t.int({
    description: `Number of entries to return, 1 to ${maxPageSize}. Default: ${defaultPageSize}.`,
    validate: z
      .int()
      .nullish()
      .refine((first) => first == null || (first >= 1 && first <= maxPageSize), {
        error: ({ input }) =>
          `first is ${input}; expected 1 to ${maxPageSize}. Request more entries page by page, with after.`,
      }),
  });
}

/** The arguments of every connection, to be spread into `args` beside its filter. */
export function pageArgs(t: ArgBuilder<Types>) {
  return {
    first: firstArg(t),
    after: t.string({
      description:
        'Returns the entries after this cursor: the endCursor of the previous page. Default: from the beginning.',
    }),
  };
}

/** The cost of a connection: that of an entry, times the number of entries requested. */
export function pageComplexity(args: PageArgs): { field: number; multiplier: number } {
  return { field: 1, multiplier: Math.max(1, Math.min(args.first ?? defaultPageSize, maxPageSize)) };
}

/**
 * Defines the connection and edge types of a node type, and names them after it. `edgeFields` adds fields to the edge. With
 * `uncounted` there is no totalCount, where counting would take as long as reading everything; `connect` then needs no `count`.
 * Use the result as the `type` of a field whose resolver returns `connect(…)`.
 */
export function connectionType<Row extends object>(
  nodeName: string,
  node: ObjectRef<Types, unknown, Row>,
  options: { edgeFields?: (t: ObjectFieldBuilder<Types, Edge<Row>>) => FieldMap; uncounted?: boolean } = {},
) {
  const EdgeRef = builder.objectRef<Edge<Row>>(`${nodeName}Edge`).implement({
    description: 'One entry of a list.',
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
        // The cost of the entries is part of the connection's.
        complexity: { field: 0, multiplier: 1 },
        resolve: async (connection, _args, context, info) => {
          const { edges } = await connection.page();
          await loadNeighbors(nodeName, nodesOf(edges), selectedFields(info, 'node'), context);
          return edges;
        },
      }),
      nodes: t.field({
        type: [node],
        description: 'The same entries without their cursors, in the same order.',
        complexity: { field: 0, multiplier: 1 },
        resolve: async (connection, _args, context, info) => {
          const nodes = nodesOf((await connection.page()).edges);
          await loadNeighbors(nodeName, nodes, selectedFields(info), context);
          return nodes as never;
        },
      }),
      pageInfo: t.field({
        type: builder.pageInfoRef(),
        description: 'The position of this page, and the cursor of the next one.',
        complexity: 0,
        resolve: async (connection) => pageInfo(await connection.page()),
      }),
      ...(!options.uncounted && {
        totalCount: t.int({
          description: 'Number of entries on all pages. It is counted only if selected.',
          // Multiplied by the page size: counting takes about as long as reading the page.
          complexity: 1,
          resolve: (connection) => connection.totalCount(),
        }),
      }),
    }),
  });
}

function nodesOf<Node extends object>(edges: readonly Edge<Node>[]): Node[] {
  return edges.map((edge) => edge.node);
}

function pageInfo<Node>({ edges, hasNextPage, hasPreviousPage }: Page<Node>) {
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
}
