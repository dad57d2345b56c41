import { type DocumentNode, getOperationAST, Kind, type OperationDefinitionNode, visit } from 'graphql';

/** The part of a subscription that decides what the response to an event contains. */
interface EventSelection {
  /** Of the operation; documents come from a cache, so equal texts have the same. */
  number: number;
  /** Names of variables that the response may depend on. */
  variables: readonly string[];
}

const known = new WeakMap<OperationDefinitionNode, EventSelection>();
let numbered = 0;

/** Equal for subscriptions whose responses to the same event are equal if their callers see the same. */
export function selectionKey(
  document: DocumentNode,
  operationName: string | null | undefined,
  values: Readonly<Record<string, unknown>> | null | undefined,
): string {
  const operation = getOperationAST(document, operationName);
  // One that does not say which operation is meant has no events.
  if (!operation) throw new TypeError('A stream was opened for a document without the operation.');
  const { number, variables } = selectionOf(document, operation);
  if (variables.length === 0) return String(number);
  // One that was not sent has its default; null is a value.
  const sent = variables.map((name) => (values && Object.hasOwn(values, name) ? [values[name]] : []));
  return `${number} ${JSON.stringify(sent)}`;
}

function selectionOf(document: DocumentNode, operation: OperationDefinitionNode): EventSelection {
  const found = known.get(operation);
  if (found) return found;
  numbered += 1;
  const selection = { number: numbered, variables: variablesInside(document, operation) };
  known.set(operation, selection);
  return selection;
}

/**
 * All variables but those that occur only in the arguments of root fields: these decide which events a client gets, not what is in them.
 * Of a root field in a fragment, all variables count: such subscriptions are rare, and share less than they could.
 */
function variablesInside(document: DocumentNode, { selectionSet, directives }: OperationDefinitionNode): string[] {
  const names = new Set<string>();
  const collect = { Variable: ({ name }: { name: { value: string } }) => void names.add(name.value) };
  for (const selection of selectionSet.selections)
    visit(selection.kind === Kind.FIELD ? { ...selection, arguments: [] } : selection, collect);
  for (const directive of directives ?? []) visit(directive, collect);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) visit(definition, collect);
  return [...names].sort();
}
