import { type DocumentNode, getOperationAST, Kind, type OperationTypeNode, type SelectionSetNode } from 'graphql';

/** What an operation asks for at its root, whatever fragments it is spread over. */
export interface RootSelection {
  type: OperationTypeNode;
  fields: Set<string>;
}

/** null when the document does not say which operation is meant; the executor has the message for that. */
export function rootSelection(document: DocumentNode, operationName: string | null | undefined): RootSelection | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const fields = new Set<string>();
  collectFields(document, operation.selectionSet, fields, new Set());
  return { type: operation.operation, fields };
}

function collectFields(
  document: DocumentNode,
  selectionSet: SelectionSetNode,
  fields: Set<string>,
  visited: Set<string>,
): void {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) fields.add(selection.name.value);
    else if (selection.kind === Kind.INLINE_FRAGMENT) collectFields(document, selection.selectionSet, fields, visited);
    else collectSpread(document, selection.name.value, fields, visited);
  }
}

function collectSpread(document: DocumentNode, name: string, fields: Set<string>, visited: Set<string>): void {
  if (visited.has(name)) return;
  visited.add(name);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name)
      collectFields(document, definition.selectionSet, fields, visited);
}
