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
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { rootSelection } from './operation.ts';

/** What a change costs beside what its answer does: it writes. */
const changeCost = 10;

/** How the schema says what a field costs (`extensions.complexity`): itself, and how often what it holds counts. */
type Complexity = number | { field?: number; multiplier?: number };
type Variables = Readonly<Record<string, unknown>>;

interface Walk {
  schema: GraphQLSchema;
  fragments: Map<string, FragmentDefinitionNode>;
  variables: Variables;
  /** What was worked out already: fragments that spread each other take as long as they are written, not as they unfold. */
  known: Map<SelectionSetNode, Map<GraphQLNamedType, number>>;
}

/**
 * What an operation costs, known before it runs: an object costs 1, a scalar nothing, a list as much as it may hold, a
 * change 10 more. 0 when the document does not say which operation is meant. The document must have been validated; the
 * variables need not be: reading 200 pictures a second time, to see how long a list is, would cost more than the lists.
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
  const defaults = (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
  );
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION);
  const cost = costOfSelections(operation.selectionSet, root, {
    schema,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    variables: { ...Object.fromEntries(defaults), ...variables },
    known: new Map(),
  });
  if (operation.operation !== 'mutation') return cost;
  return cost + changeCost * rootSelection(document, operationName)!.answers.size;
}

function costOfSelections(selectionSet: SelectionSetNode, type: GraphQLNamedType, walk: Walk): number {
  const known = walk.known.get(selectionSet)?.get(type);
  if (known !== undefined) return known;
  let cost = 0;
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) cost += costOfField(selection, type, walk);
    else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : walk.fragments.get(selection.name.value)!;
      const name = fragment.typeCondition?.name.value;
      cost += costOfSelections(fragment.selectionSet, name ? walk.schema.getType(name)! : type, walk);
    }
  }
  const ofSet = walk.known.get(selectionSet) ?? new Map<GraphQLNamedType, number>();
  walk.known.set(selectionSet, ofSet.set(type, cost));
  return cost;
}

function costOfField(node: FieldNode, type: GraphQLNamedType, walk: Walk): number {
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
  // __typename costs nothing; for __schema and __type the limit of introspection holds.
  if (!field) return 0;
  const complexity = complexityOf(field, node, walk.variables);
  const { field: own = 0, multiplier = 1 } = typeof complexity === 'number' ? { field: complexity } : complexity;
  const held = node.selectionSet ? costOfSelections(node.selectionSet, getNamedType(field.type), walk) : 0;
  // A page size that is no number is refused when the operation runs.
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
