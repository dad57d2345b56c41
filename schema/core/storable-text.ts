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
 * Rejects text that PostgreSQL cannot store: the NUL character, and halves of surrogate pairs. JSON can contain both, and any
 * argument may become part of a query. Otherwise every resolver would have to check, or the error would be INTERNAL.
 */
export class StorableTextPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(resolver: Resolve<Types['Context']>, field: PothosOutputFieldConfig<Types>) {
    // Arguments of a subscription were checked when it was opened.
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

/** Checks objects and lists, but not uploads that are still arriving. */
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
    // The keys of a JSON object come from the client as well.
    refuseUnstorable(key, [...path, 'a name']);
    refuseUnstorable(item, [...path, key]);
  }
}

SchemaBuilder.registerPlugin('storableText', StorableTextPlugin);
