import {
  defaultFieldResolver,
  type FieldNode,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isLeafType,
  isObjectType,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { ResponseMeter } from './response-meter.ts';

type Resolver = GraphQLFieldResolver<unknown, GatewayContext | undefined>;

/** Several gateways of one process may serve the same schema. */
const metered = new WeakSet<GraphQLSchema>();

/**
 * Makes every field of a schema report to the meter of its operation (`context.meter`) what it adds to the response. A field of a
 * stopped operation never settles: errors would have to be propagated from each field, and those of fields that are still awaited
 * would not be caught.
 */
export function meterSchema(schema: GraphQLSchema): void {
  if (metered.has(schema)) return;
  metered.add(schema);
  for (const type of Object.values(schema.getTypeMap())) {
    // Introspection fields are counted before they run.
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields()))
      field.resolve = withMeter(field.resolve ?? defaultFieldResolver, isLeafType(getNamedType(field.type)));
  }
}

function withMeter(resolve: Resolver, isLeaf: boolean): Resolver {
  return (source, args, context, info) => {
    const meter = context?.meter;
    if (!meter) return resolve(source, args, context, info);
    if (!meter.begin()) return never();
    let value: unknown;
    try {
      value = resolve(source, args, context, info);
    } catch (error) {
      meter.addError(error);
      throw error;
    }
    if (!isPromise(value)) return counted(meter, value, isLeaf, info);
    return value.then(
      (settled) => counted(meter, settled, isLeaf, info),
      (error: unknown) => {
        meter.addError(error);
        throw error;
      },
    );
  };
}

function counted(meter: ResponseMeter, value: unknown, isLeaf: boolean, info: GraphQLResolveInfo): unknown {
  countValue(meter, value, isLeaf, info);
  return meter.error === null ? value : never();
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Not one shared promise: it would keep a reference to everything that waits for it. */
function never(): Promise<never> {
  return new Promise(() => undefined);
}

function countValue(meter: ResponseMeter, value: unknown, isLeaf: boolean, info: GraphQLResolveInfo): void {
  const { path, operation } = info;
  if (path.prev === undefined && operation.operation === OperationTypeNode.MUTATION)
    meter.changed.push(String(path.key));
  // Its name with quotes, colon and comma.
  meter.add(String(path.key).length + 4);
  if (isLeaf || value === null || value === undefined) {
    meter.addValue(value);
    return;
  }
  const objects = Array.isArray(value) ? value.length : 1;
  let named = 0;
  for (const node of info.fieldNodes) named += typeNamesOf(node, info);
  // Braces and a comma each; __typename is the one field that no resolver of ours answers.
  meter.addFields(objects * named, objects * (3 + named * typeNameBytes));
}

/** For example `"__typename":"AnalysisStatusChanged",`. */
const typeNameBytes = 40;

/** How often __typename is selected in an object; the same for each entry of a list. */
const knownTypeNames = new WeakMap<FieldNode, number>();

function typeNamesOf(node: FieldNode, { fragments }: GraphQLResolveInfo): number {
  const found = knownTypeNames.get(node);
  if (found !== undefined || !node.selectionSet) return found ?? 0;
  const names = new Set<string>();
  collectTypeNames(node.selectionSet, fragments, names, new Set());
  knownTypeNames.set(node, names.size);
  return names.size;
}

function collectTypeNames(
  { selections }: SelectionSetNode,
  fragments: GraphQLResolveInfo['fragments'],
  names: Set<string>,
  seen: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value === '__typename') names.add((selection.alias ?? selection.name).value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT)
      collectTypeNames(selection.selectionSet, fragments, names, seen);
    else if (!seen.has(selection.name.value)) {
      seen.add(selection.name.value);
      collectTypeNames(fragments[selection.name.value]!.selectionSet, fragments, names, seen);
    }
  }
}
