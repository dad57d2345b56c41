import {
  buildClientSchema,
  type GraphQLInputType,
  type GraphQLSchema,
  getIntrospectionQuery,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import type { User } from '../../support/user.ts';

/** The schema as clients can read it. */
export async function introspect(user: User): Promise<GraphQLSchema> {
  return buildClientSchema(await user.run(getIntrospectionQuery({ inputValueDeprecation: true, oneOf: true })));
}

/**
 * Every place where a client can put an id: the arguments of all fields with all that their inputs hold, as
 * `Type.field(argument.inputField.inputField)`. Lists count as what they hold.
 */
export function listIdPlaces(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) =>
      isObjectType(type)
        ? Object.values(type.getFields()).flatMap((field) =>
            field.args.flatMap((arg) =>
              idsWithin(arg.type, [arg.name]).map((path) => `${type.name}.${field.name}(${path})`),
            ),
          )
        : [],
    );
}

/** An input type of this API never holds itself; one that does would need a limit here. */
function idsWithin(type: GraphQLInputType, path: readonly string[]): string[] {
  const named = getNamedType(type);
  if (named.name === 'ID') return [path.join('.')];
  if (!isInputObjectType(named)) return [];
  return Object.values(named.getFields()).flatMap((field) => idsWithin(field.type, [...path, field.name]));
}
