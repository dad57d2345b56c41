import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql';

/**
 * The names of the fields that are selected in the objects of a field; with `below`, in the objects of that one of them. Fields that
 * depend on @skip or @include are left out.
 */
export function selectedFields({ fieldNodes, fragments }: GraphQLResolveInfo, below?: string): ReadonlySet<string> {
  const selections = fieldNodes.flatMap((node) => node.selectionSet?.selections ?? []);
  const names = new Set<string>();
  collect(selections, fragments, below === undefined ? [] : [below], names);
  return names;
}

function collect(
  selections: readonly SelectionNode[],
  fragments: GraphQLResolveInfo['fragments'],
  path: readonly string[],
  names: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.directives?.length) continue;
    if (selection.kind !== Kind.FIELD) {
      const held = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value]!;
      collect(held.selectionSet.selections, fragments, path, names);
    } else if (path.length === 0) names.add(selection.name.value);
    else if (selection.name.value === path[0])
      collect(selection.selectionSet?.selections ?? [], fragments, path.slice(1), names);
  }
}
