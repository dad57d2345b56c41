import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { rootSelection } from '../operations/operation.ts';

/** What a mutation costs in addition to its response, because it writes. */
const changeCost = 10;
/** Scalars of an object that are free; no type has as many, so only aliases cost more. */
const scalarsPerObject = 50;
/** For introspection, which is answered from memory: the whole schema costs about 30. */
const introspectionBytesPerCost = 10_000;

/** How the schema declares the cost of a field (`extensions.complexity`): its own, and the factor for what it contains. */
type Complexity = number | { field?: number; multiplier?: number };
type Variables = Readonly<Record<string, unknown>>;

interface Walk {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
  variables: Variables;
  /** Results so far: the time for fragments that spread each other depends on their text, not on their expansion. */
  known: Map<SelectionSetNode, Map<GraphQLNamedType, Price>>;
}

/** The cost of what one object contains. */
interface Price {
  cost: number;
  scalars: number;
}

/**
 * The cost of an operation, computed before it runs: an object costs 1, and 1 more for every 50 scalars of it; a list costs as much
 * as it may contain; a mutation costs 10 more. JSON and long text declare their own cost, which counts for each alias. 0 when the
 * document does not say which operation is meant. The document must have been validated; the variables need not be: reading 200
 * pictures a second time, to find the length of a list, would cost more than the lists.
 */
export function operationCost(
  schema: GraphQLSchema,
  {
    document,
    operationName,
    variables,
  }: { document: DocumentNode; operationName?: string | null; variables: Variables },
): number {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) return 0;
  const fixed = fixedCosts.get(operation);
  if (fixed !== undefined) return fixed;
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
  );
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const cost = costOfObject(operation.selectionSet, root, {
    schema,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...Object.fromEntries(defaults), ...variables },
    known: new Map(),
  });
  const changes = operation.operation === 'mutation' ? rootSelection(document, operationName)!.answers.size : 0;
  const total = cost + changeCost * changes;
  if (!operation.variableDefinitions?.length) fixedCosts.set(operation, total);
  return total;
}

/** Of operations without variables, which cost the same each time: their documents come from the cache again and again. */
const fixedCosts = new WeakMap<OperationDefinitionNode, number>();

/** The cost of introspection, from the length of its response (`introspectionBytes`). */
export function introspectionCost(bytes: number): number {
  return Math.ceil(bytes / introspectionBytesPerCost);
}

function costOfObject(selectionSet: SelectionSetNode, type: GraphQLNamedType, walk: Walk): number {
  const { cost, scalars } = priceOfSelections(selectionSet, type, walk);
  return cost + Math.floor(scalars / scalarsPerObject);
}

function priceOfSelections(selectionSet: SelectionSetNode, type: GraphQLNamedType, walk: Walk): Price {
  const known = walk.known.get(selectionSet)?.get(type);
  if (known !== undefined) return known;
  const price: Price = { cost: 0, scalars: 0 };
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      price.cost += costOfField(selection, type, walk);
      if (!selection.selectionSet) price.scalars += 1;
    } else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value)!;
      const name = fragment.typeCondition?.name.value;
      const held = priceOfSelections(fragment.selectionSet, name ? walk.schema.getType(name)! : type, walk);
      price.cost += held.cost;
      price.scalars += held.scalars;
    }
  }
  const ofSet = walk.known.get(selectionSet) ?? new Map<GraphQLNamedType, Price>();
  walk.known.set(selectionSet, ofSet.set(type, price));
  return price;
}

function costOfField(node: FieldNode, type: GraphQLNamedType, walk: Walk): number {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  // __typename costs nothing; __schema and __type cost by the length of their response.
  if (!field) return 0;
  const complexity = complexityOf(field, node, walk.variables);
  const { field: own = 0, multiplier = 1 } = typeof complexity === 'number' ? { field: complexity } : complexity;
  const held = node.selectionSet ? costOfObject(node.selectionSet, getNamedType(field.type), walk) : 0;
  // A page size that is not a number is rejected when the operation runs.
  return own + held * (Number.isFinite(multiplier) ? multiplier : 1);
}

function complexityOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): Complexity {
  const said = field.extensions.complexity as Complexity | ((args: object, ctx: object, field: object) => Complexity);
  if (said === undefined) return isCompositeType(getNamedType(field.type)) ? 1 : 0;
  return typeof said === 'function' ? said(argumentsOf(field, node, variables), {}, field) : said;
}

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): object {
  const given = (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]);
  const defaults = field.args.map(({ name, defaultValue }) => [name, defaultValue]);
  return Object.fromEntries([...defaults, ...given.filter(([, value]) => value !== undefined)]);
}
