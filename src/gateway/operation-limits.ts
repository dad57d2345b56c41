import { type ASTVisitor, type GraphQLError, Kind, type SelectionSetNode, type ValidationContext } from 'graphql';
import { refusal } from '../refusal.ts';
import { rootSelection } from './operation.ts';

/**
 * What one document may hold, well above what programs and GraphiQL (introspection has 15 levels) send. Cost bounds what an
 * operation reads; these bound what it takes to look at the operation itself, and repeats that a list of fields is not.
 */
export const operationLimits = {
  /** Levels of fields, fragments unfolded. */
  depth: 20,
  /** As written: a fragment's count once. */
  aliases: 200,
  directives: 100,
  /** Fields of the root, fragments unfolded: each may be a request of its own. */
  rootFields: 50,
  /** Entries of one list, in variables or in the document. */
  listEntries: 1_000,
} as const;

export type OperationLimit = keyof typeof operationLimits;

/** A validation rule: the first of the limits that a document breaks, by name in `extensions.limit`. */
export function operationLimitsRule(context: ValidationContext): ASTVisitor {
  const counts = { aliases: 0, directives: 0 };
  const report = (limit: OperationLimit, found: number, advice: string) =>
    context.reportError(limitError(limit, found, advice));
  return {
    Field: ({ alias }) => {
      if (alias && ++counts.aliases === operationLimits.aliases + 1)
        report('aliases', counts.aliases, 'Send several operations.');
    },
    Directive: () => {
      if (++counts.directives === operationLimits.directives + 1)
        report('directives', counts.directives, 'Leave fields out instead of skipping them.');
    },
    ListValue: ({ values }) => {
      if (values.length > operationLimits.listEntries) report('listEntries', values.length, 'Send it in parts.');
    },
    OperationDefinition: ({ selectionSet, name }) => {
      const rootFields = rootSelection(context.getDocument(), name?.value)?.answers.size ?? 0;
      if (rootFields > operationLimits.rootFields) report('rootFields', rootFields, 'Send several operations.');
      const depth = depthOf(selectionSet, context, new Map());
      if (depth > operationLimits.depth) report('depth', depth, 'Read what lies deeper by its id.');
    },
  };
}

/** Levels of fields below; fragments add none of their own. One that spreads itself has another rule against it. */
function depthOf(
  selectionSet: SelectionSetNode,
  context: ValidationContext,
  known: Map<SelectionSetNode, number>,
): number {
  const found = known.get(selectionSet);
  if (found !== undefined) return found;
  known.set(selectionSet, 0);
  let depth = 0;
  for (const selection of selectionSet.selections) {
    const held =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? context.getFragment(selection.name.value)?.selectionSet
        : selection.selectionSet;
    const below = held ? depthOf(held, context, known) : 0;
    depth = Math.max(depth, below + (selection.kind === Kind.FIELD ? 1 : 0));
  }
  known.set(selectionSet, depth);
  return depth;
}

/** The error for the longest list of variables that is too long; null: none is. Not recursive, for they may nest as deep as they like. */
export function longListError(variables: object): GraphQLError | null {
  const left: object[] = [variables];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (Array.isArray(value) && value.length > operationLimits.listEntries)
      return limitError('listEntries', value.length, 'Send it in parts.');
    for (const each of Object.values(value)) if (typeof each === 'object' && each !== null) left.push(each);
  }
  return null;
}

const told: Record<OperationLimit, string> = {
  depth: 'levels of fields',
  aliases: 'aliases',
  directives: 'directives',
  rootFields: 'fields at its root',
  listEntries: 'entries in one list',
};

function limitError(limit: OperationLimit, found: number, advice: string): GraphQLError {
  const error = refusal(
    'BAD_USER_INPUT',
    `The operation has ${found} ${told[limit]}; ${operationLimits[limit]} are allowed. ${advice}`,
  );
  error.extensions.limit = limit;
  return error;
}
