import { type DocumentNode, type GraphQLError, Kind, type SelectionSetNode, visit } from 'graphql';
import { refusal } from '../../refusal.ts';
import { fragmentsOf, rootSelection } from '../operations/operation.ts';

/**
 * Limits of one document, well above what programs and GraphiQL (introspection has 15 levels) send. Cost bounds what an operation
 * reads. These limits bound the work of examining the operation itself: some of graphql-js's rules take time that grows with the
 * square of fields, fragments and operations, and overflow the stack on deep documents.
 */
export const operationLimits = {
  /** Levels of fields, with fragments expanded. */
  depth: 20,
  /** Counted in the text, like the following: those of a fragment count once. */
  aliases: 200,
  directives: 100,
  operations: 50,
  fragments: 200,
  /** Pairs of fields with the same response name, anywhere in the document: each pair may have to be compared. */
  equalNames: 150_000,
  /** Fields of the root, with fragments expanded: each may be as expensive as a request. */
  rootFields: 50,
  /** Entries of one list, in variables or in the document. */
  listEntries: 1_000,
} as const;

export type OperationLimit = keyof typeof operationLimits;

/** Documents that are within all limits: the same object comes from the cache again and again. */
const kept = new WeakSet<DocumentNode>();

/**
 * The error for the first limit that a document exceeds, with its name in `extensions.limit`; null: none. Its time is proportional
 * to the length of the document, so it runs before validation.
 */
export function documentLimitError(document: DocumentNode): GraphQLError | null {
  if (kept.has(document)) return null;
  const error = countError(document) ?? unfoldedError(document);
  if (error === null) kept.add(document);
  return error;
}

const advice = {
  aliases: 'Send several operations.',
  directives: 'Remove fields instead of skipping them with directives.',
  operations: 'Send only operations that you run.',
  fragments: 'Send only the fragments that the operation uses.',
  equalNames: 'Use fragments for repeated selections, or send several operations.',
  rootFields: 'Send several operations.',
  depth: 'Read deeper objects by their ids in another operation.',
  listEntries: 'Send the entries in several requests.',
} as const satisfies Record<OperationLimit, string>;

/** For limits that are counted in the text. */
function countError(document: DocumentNode): GraphQLError | null {
  const counts = { aliases: 0, directives: 0, operations: 0, fragments: 0, listEntries: 0, equalNames: 0 };
  const named = new Map<string, number>();
  visit(document, {
    Field: ({ alias, name }) => {
      if (alias) counts.aliases += 1;
      const answerName = (alias ?? name).value;
      const before = named.get(answerName) ?? 0;
      counts.equalNames += before;
      named.set(answerName, before + 1);
    },
    Directive: () => {
      counts.directives += 1;
    },
    OperationDefinition: () => {
      counts.operations += 1;
    },
    FragmentDefinition: () => {
      counts.fragments += 1;
    },
    ListValue: ({ values }) => {
      counts.listEntries = Math.max(counts.listEntries, values.length);
    },
  });
  const broken = (Object.keys(counts) as (keyof typeof counts)[]).find(
    (limit) => counts[limit] > operationLimits[limit],
  );
  return broken === undefined ? null : limitError(broken, counts[broken]);
}

/** For limits that count fragments wherever they are spread. */
function unfoldedError(document: DocumentNode): GraphQLError | null {
  const depths: Depths = { fragments: fragmentsOf(document), known: new Map() };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { name, selectionSet } = definition;
    const rootFields = rootSelection(document, name?.value)?.answers.size ?? 0;
    if (rootFields > operationLimits.rootFields) return limitError('rootFields', rootFields);
    const depth = depthOf(selectionSet, depths);
    if (depth > operationLimits.depth) return limitError('depth', depth);
  }
  return null;
}

interface Depths {
  fragments: ReadonlyMap<string, SelectionSetNode>;
  known: Map<SelectionSetNode, number>;
}

/** Levels of fields below; fragments add no level. Infinity for a fragment that spreads itself. */
function depthOf(selectionSet: SelectionSetNode, depths: Depths): number {
  const found = depths.known.get(selectionSet);
  if (found !== undefined) return found;
  // A placeholder until its depth is known: a spread that finds it is inside the fragment itself.
  depths.known.set(selectionSet, Number.POSITIVE_INFINITY);
  let depth = 0;
  for (const selection of selectionSet.selections) {
    const held =
      selection.kind === Kind.FRAGMENT_SPREAD ? depths.fragments.get(selection.name.value) : selection.selectionSet;
    const below = held ? depthOf(held, depths) : 0;
    depth = Math.max(depth, below + (selection.kind === Kind.FIELD ? 1 : 0));
  }
  depths.known.set(selectionSet, depth);
  return depth;
}

/**
 * The error for the longest list of variables that is too long; null: none is. Not recursive, because they may be nested
 * arbitrarily deep.
 */
export function longListError(variables: object): GraphQLError | null {
  const left: object[] = [variables];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value) && value.length > operationLimits.listEntries)
      return limitError('listEntries', value.length);
    for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) left.push(each);
  }
  return null;
}

const told: Record<OperationLimit, string> = {
  depth: 'levels of fields',
  aliases: 'aliases',
  directives: 'directives',
  operations: 'operations in one document',
  fragments: 'fragments in one document',
  equalNames: 'pairs of fields with equal names',
  rootFields: 'fields at its root',
  listEntries: 'entries in one list',
};

function limitError(limit: OperationLimit, found: number): GraphQLError {
  const message = Number.isFinite(found)
    ? `The operation has ${found} ${told[limit]}; ${operationLimits[limit]} are allowed. ${advice[limit]}`
    : 'A fragment of the operation spreads itself, so its fields would be nested endlessly.';
  const error = refusal('BAD_USER_INPUT', message);
  error.extensions.limit = limit;
  return error;
}
