import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  Kind,
  type TypeNode,
} from 'graphql';

/** The scalar that contains the bytes of a picture as text. */
const bytesType = 'Byte';

/** Whether a document has a variable that can contain base64: only then is a large body needed. */
export function declaresBase64(schema: GraphQLSchema, document: DocumentNode): boolean {
  return document.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      (definition.variableDefinitions ?? []).some(({ type }) => carriesBytes(schema.getType(nameOf(type)), new Set())),
  );
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function carriesBytes(type: GraphQLNamedType | undefined, seen: Set<GraphQLNamedType>): boolean {
  if (type === undefined || seen.has(type)) return false;
  if (type.name === bytesType) return true;
  seen.add(type);
  if (!isInputObjectType(type)) return false;
  return Object.values(type.getFields()).some((field) =>
    carriesBytes(getNamedType(field.type as GraphQLInputType), seen),
  );
}
