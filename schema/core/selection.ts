import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';

/**
 * The names of the fields that are selected in the objects of a field; with `below`, in the objects of that one of them. Fields that
 * depend on @skip or @include are left out.
 */
export function selectedFields(info: GraphQLResolveInfo, below?: string): ReadonlySet<string> {
  return collectFrom(info, [below === undefined ? [] : [below]], false);
}

/**
 * The names of the fields that may be selected in the entries of a connection, including those that depend on @skip or @include; with
 * `below`, in the objects of that field of the entries.
 */
export function entryFields(info: GraphQLResolveInfo, below?: string): ReadonlySet<string> {
  const rest = below === undefined ? [] : [below];
  return collectFrom(
    info,
    [
      ['nodes', ...rest],
      ['edges', 'node', ...rest],
    ],
    true,
  );
}

function collectFrom(
  { fieldNodes, fragments }: GraphQLResolveInfo,
  paths: readonly (readonly string[])[],
  conditional: boolean,
): ReadonlySet<string> {
  const selections = fieldNodes.flatMap((node) => node.selectionSet?.selections ?? []);
  const found = { fragments, conditional, names: new Set<string>() };
  for (const path of paths) collect(selections, path, found);
  return found.names;
}

interface Found {
  fragments: GraphQLResolveInfo['fragments'];
  /** Whether fields that depend on @skip or @include count. */
  conditional: boolean;
  names: Set<string>;
}

function collect(selections: readonly SelectionNode[], path: readonly string[], found: Found): void {
  for (const selection of selections) {
    if (selection.directives?.length && !found.conditional) continue;
    if (selection.kind !== Kind.FIELD) {
      const held = selection.kind === Kind.INLINE_FRAGMENT ? selection : found.fragments[selection.name.value]!;
      collect(held.selectionSet.selections, path, found);
    } else if (path.length === 0) found.names.add(selection.name.value);
    else if (selection.name.value === path[0]) collect(selection.selectionSet?.selections ?? [], path.slice(1), found);
  }
}
