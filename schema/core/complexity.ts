import { type GraphQLField, GraphQLNonNull, getNamedType, isCompositeType, isListType } from 'graphql';

/** How many entries a list is taken to have when it says nothing else. */
const usualEntries = 10;

/** What a field costs that says nothing of its own: an object 1, a scalar nothing, a list as much as it holds. */
export function usualComplexity(
  _args: unknown,
  _context: unknown,
  { type }: Pick<GraphQLField<unknown, unknown>, 'type'>,
): { field: number; multiplier: number } {
  const isList = isListType(type instanceof GraphQLNonNull ? type.ofType : type);
  return { field: isCompositeType(getNamedType(type)) ? 1 : 0, multiplier: isList ? usualEntries : 1 };
}
