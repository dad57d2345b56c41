import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import type { Context } from '../../src/context.ts';
import { type Restriction, restrictionOf } from '../../src/organizations/restriction.ts';
import { refusal } from '../../src/refusal.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      restrictedCallers: RestrictedCallersPlugin<Types>;
    }
    export interface FieldOptions {
      /**
       * Which session tokens that are limited in what they may do can use this field. `NARROWED`: the field, and everything that
       * can be selected below it, shows and changes nothing outside the tasks and places of the token. `ANALYSIS_LINK`: the token of
       * a link to one analysis. `SIGN_IN`: the token of a sign-in link. Default for root fields: none; for other fields: any token that sees the object.
       */
      permits?: readonly Restriction[];
    }
  }
}

/**
 * Forbids every root field that does not say that it is safe for a limited session token: so a new field is closed to such tokens
 * until it permits them.
 */
export class RestrictedCallersPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    // A subscription is checked when it opens.
    if (field.kind === 'Subscription') return resolver;
    const isRoot = field.kind === 'Query' || field.kind === 'Mutation';
    return isRoot || permitsOf(field) ? refusing(resolver, field) : resolver;
  }

  override wrapSubscribe(
    subscribe: GraphQLFieldResolver<unknown, Types['Context'], object> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> | undefined {
    return subscribe && refusing(subscribe, field);
  }
}

function permitsOf<Types extends SchemaTypes>(field: PothosOutputFieldConfig<Types>) {
  return (field.pothosOptions as { permits?: readonly Restriction[] }).permits;
}

function refusing<Types extends SchemaTypes>(
  resolve: GraphQLFieldResolver<unknown, Types['Context'], object>,
  field: PothosOutputFieldConfig<Types>,
): GraphQLFieldResolver<unknown, Types['Context'], object> {
  const permitted = new Set(permitsOf(field));
  return (source, args, context, info) => {
    const { caller } = context as Context;
    const restriction = caller && restrictionOf(caller);
    if (restriction && !permitted.has(restriction))
      throw refusal('FORBIDDEN', messages[restriction](`${info.parentType.name}.${info.fieldName}`));
    return resolve(source, args, context, info);
  };
}

const messages: Record<Restriction, (field: string) => string> = {
  NARROWED: (field) =>
    `The session token is limited to some tasks or places, and ${field} cannot be limited to them. Use a token without taskIds and placeIds, or an API key.`,
  ANALYSIS_LINK: (field) =>
    `A link to one analysis does not allow ${field}; it allows Query.sharedAnalysis and nothing else. Use an API key.`,
  SIGN_IN: (field) =>
    `The secret of a sign-in link does not allow ${field}. Pass it to createSessionToken once, and use the token that is returned.`,
};

SchemaBuilder.registerPlugin('restrictedCallers', RestrictedCallersPlugin);
