import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { refusal } from '../../src/refusal.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      storableText: StorableTextPlugin<Types>;
    }
  }
}

type Resolve<Context> = GraphQLFieldResolver<unknown, Context, object>;

/**
 * Refuses text that PostgreSQL cannot hold: the NUL character, and halves of surrogate pairs. JSON carries both, and any
 * argument may end in a query; without this each of them would have to look, or would answer INTERNAL.
 */
export class StorableTextPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolver: Resolve<Types['Context']>, field: PothosOutputFieldConfig<Types>) {
    // Arguments of a subscription were looked at when it was opened.
    if (field.kind === 'Subscription' || Object.keys(field.args).length === 0) return resolver;
    return refusing(resolver);
  }

  override wrapSubscribe(
    subscribe: Resolve<Types['Context']> | undefined,
    _field: PothosOutputFieldConfig<Types>,
  ): Resolve<Types['Context']> | undefined {
    return subscribe && refusing(subscribe);
  }
}

function refusing<Context>(resolve: Resolve<Context>): Resolve<Context> {
  return (source, args, context, info) => {
    refuseUnstorable(args, []);
    return resolve(source, args, context, info);
  };
}

/** Looks into objects and lists, not at uploads that are still on the wire. */
function refuseUnstorable(value: unknown, path: readonly string[]): void {
  if (typeof value === 'string') {
    if (!value.includes('\0') && value.isWellFormed()) return;
    const where = path.join('.') || 'an argument';
    throw refusal(
      'BAD_USER_INPUT',
      `The text of ${where} contains a NUL character or half of a surrogate pair. Remove it.`,
    );
  }
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Promise) return;
  for (const [key, item] of Object.entries(value)) {
    // The names of a JSON object's pairs are the client's, too.
    refuseUnstorable(key, [...path, 'a name']);
    refuseUnstorable(item, [...path, key]);
  }
}

SchemaBuilder.registerPlugin('storableText', StorableTextPlugin);
