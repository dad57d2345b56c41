/** Operations that are made from the schema, so that a field that is added to it is asked for, too. */
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isUnionType,
} from 'graphql';

export interface RootField {
  /** `Query.analyses` */
  name: string;
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
}

export function listRootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) =>
    Object.values(type!.getFields()).map((field) => ({ name: `${type!.name}.${field.name}`, kind, field })),
  );
}

/** The shortest operation with this field that is valid, with values that mean nothing. */
export function shortest({ kind, field }: RootField): string {
  const args = field.args.filter(isRequiredArgument).map(({ name, type }) => `${name}: ${literal(type)}`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${kind} { ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection} }`;
}

function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isInputObjectType(type)) return type.name === 'Int' || type.name === 'Float' ? '1' : '"x"';
  const fields = Object.values(type.getFields());
  // Of a choice the field with an id: a file could only be sent in another form.
  const given = type.isOneOf
    ? fields.filter(({ type: of }) => getNamedType(of).name === 'ID').slice(0, 1)
    : fields.filter(isRequiredInputField);
  return `{ ${given.map((one) => `${one.name}: ${literal(one.type)}`).join(', ')} }`;
}

/**
 * Everything that can be selected of a type without arguments that must be given, `depth` objects deep. Not the `nodes` of a connection:
 * they are those of its edges (schema/core/connection.ts), and would make operations too large for the server.
 * @param except fields as `Type.field`
 */
export function selectAll(type: GraphQLOutputType, depth: number, except: ReadonlySet<string>): string {
  const named = getNamedType(type);
  if (isUnionType(named))
    return `{ ${named
      .getTypes()
      .map((one) => inline(one.name, selectAll(one, depth, except)))
      .join(' ')} }`;
  if (!isObjectType(named) && !isInterfaceType(named)) return '';
  const fields = Object.values(named.getFields())
    .filter((field) => !except.has(`${named.name}.${field.name}`) && !field.args.some(isRequiredArgument))
    .filter(({ name }) => !(name === 'nodes' && named.name.endsWith('Connection')))
    .flatMap((field) => selectField(field, depth, except));
  return `{ __typename ${fields.join(' ')} }`;
}

function selectField(field: GraphQLField<unknown, unknown>, depth: number, except: ReadonlySet<string>): string[] {
  const named = getNamedType(field.type);
  if (isLeafType(named)) return [field.name];
  if (depth === 0 || isInterfaceType(named)) return [];
  const page = field.args.some(({ name }) => name === 'first') ? '(first: 2)' : '';
  // The types of a connection are none of the objects that it is about.
  const below = /(Connection|Edge)$/.test(named.name) ? depth : depth - 1;
  return [`${field.name}${page} ${selectAll(named, below, except)}`];
}

function inline(type: string, selection: string): string {
  return `... on ${type} ${selection}`;
}
