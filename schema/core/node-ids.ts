import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import type { GraphQLFieldResolver } from 'graphql';
import { encodeId } from '../../src/ids.ts';
import { kindOfType } from './node-kinds.ts';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      nodeIds: NodeIdsPlugin<Types>;
    }
  }
}

/**
 * The ids of nodes, which begin with their type. The resolver of the relay plugin is replaced, because it is asynchronous: it makes
 * three promises for each id, and graphql-js then another for each object and each list around it.
 */
export class NodeIdsPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: GraphQLFieldResolver<unknown, Types['Context'], object>,
    field: PothosOutputFieldConfig<Types>,
  ): GraphQLFieldResolver<unknown, Types['Context'], object> {
    const { pothosOptions } = this.buildCache.getTypeConfig(field.parentType);
    const { id } = pothosOptions as { id?: { resolve(node: unknown): string } };
    if (field.name !== 'id' || id === undefined) return resolver;
    const kind = kindOfType(field.parentType);
    return (node) => encodeId(kind, id.resolve(node));
  }
}

SchemaBuilder.registerPlugin('nodeIds', NodeIdsPlugin);
