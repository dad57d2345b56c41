import { type DocumentNode, getOperationAST, Kind, type OperationTypeNode, type SelectionSetNode } from 'graphql';

/** The root fields of an operation, with fragments expanded. */
export interface RootSelection {
  type: OperationTypeNode;
  /** Names of fields. */
  fields: Set<string>;
  /** Response names: a field that is selected twice has two. */
  answers: Set<string>;
}

/** null when the document does not say which operation is meant; the executor reports that. */
export function rootSelection(document: DocumentNode, operationName: string | null | undefined): RootSelection | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const root: RootSelection = { type: operation.operation, fields: new Set(), answers: new Set() };
  collectFields(fragmentsOf(document), operation.selectionSet, root, new Set());
  return root;
}

type Fragments = ReadonlyMap<string, SelectionSetNode>;

/** Visited once per document: a thousand operations that spread a thousand fragments would otherwise be a billion visits. */
const known = new WeakMap<DocumentNode, Fragments>();

/** The selections of a document's fragments, by name. */
export function fragmentsOf(document: DocumentNode): Fragments {
  const found =
    known.get(document) ??
    new Map(
      document.definitions.flatMap((definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet]] : [],
      ),
    );
  known.set(document, found);
  return found;
}

function collectFields(
  fragments: Fragments,
  selectionSet: SelectionSetNode,
  root: RootSelection,
  visited: Set<string>,
): void {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      root.fields.add(selection.name.value);
      root.answers.add((selection.alias ?? selection.name).value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) collectFields(fragments, selection.selectionSet, root, visited);
    else collectSpread(fragments, selection.name.value, root, visited);
  }
}

function collectSpread(fragments: Fragments, name: string, root: RootSelection, visited: Set<string>): void {
  const fragment = fragments.get(name);
  if (!fragment || visited.has(name)) return;
  visited.add(name);
  collectFields(fragments, fragment, root, visited);
}
