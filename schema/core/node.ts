import { brandWithType } from '@pothos/core';
import { z } from 'zod';
import type { Context } from '../../src/context.ts';
import { decodeId, type IdKind, idKind } from '../../src/ids.ts';
import { type Restriction, restrictionOf } from '../../src/organizations/restriction.ts';
import { builder } from './builder.ts';
import { callerOf } from './caller.ts';
import { kindOfType } from './node-kinds.ts';

/** Loads an object of the caller's organisation, together with others; null or undefined if there is none. */
type LoadNode = (context: Context, id: string) => Promise<object | null | undefined>;

interface NodeOptions {
  /** Limited session tokens that may read the type by id, since `load` hides what they do not see. Default: none. */
  permits?: readonly Restriction[];
}

const loaders = new Map<IdKind, { typeName: string; load: LoadNode; permits: readonly Restriction[] }>();

/** Makes a type readable by `node` and `nodes`; each domain calls it for its types. */
export function registerNode(typeName: string, load: LoadNode, { permits = [] }: NodeOptions = {}): void {
  loaders.set(kindOfType(typeName), { typeName, load, permits });
}

async function loadNode(context: Context, id: string): Promise<object | null> {
  const kind = idKind(id);
  const loader = kind && loaders.get(kind);
  const uuid = kind && decodeId(kind, id);
  if (!loader || !uuid) return null;
  const restriction = restrictionOf(callerOf(context));
  if (restriction && !loader.permits.includes(restriction)) return null;
  const node = (await loader.load(context, uuid)) ?? null;
  if (node !== null) brandWithType(node, loader.typeName as never);
  return node;
}

const Node = builder.nodeInterfaceRef();

builder.queryFields((t) => ({
  node: t.field({
    type: Node,
    nullable: true,
    permits: ['NARROWED'],
    description: 'Any object by its id. Null if it does not exist or belongs to another organisation.',
    args: { id: t.arg.id({ required: true, description: 'An id of any kind.' }) },
    resolve: (_root, { id }, context) => loadNode(context, id),
  }),
  nodes: t.field({
    type: [Node],
    nullable: { list: false, items: true },
    permits: ['NARROWED'],
    description:
      'Several objects by their ids, in the order of the ids. An entry is null if the object does not exist or belongs to another organisation.',
    args: {
      ids: t.arg.idList({
        required: true,
        description: 'The ids, at most 100.',
        validate: z.array(z.string()).max(100, 'nodes takes at most 100 ids. Send them in several requests.'),
      }),
    },
    complexity: ({ ids }) => {
      // Called before the argument is checked.
      const count = Array.isArray(ids) ? Math.min(ids.length, 100) : 1;
      return { field: count, multiplier: count };
    },
    resolve: (_root, { ids }, context) => Promise.all(ids.map((id) => loadNode(context, id))),
  }),
}));
