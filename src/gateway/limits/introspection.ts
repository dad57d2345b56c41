import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import { fragmentsOf } from '../operations/operation.ts';

/** What a field of the response counts in addition to its text: its name, and the work of finding it. */
const bytesPerField = 20;
/**
 * The largest introspection response. The whole schema is 700,000, as counted here; aliases and nested lists can request millions
 * of times as much with a text of 1 kB.
 */
export const maxIntrospectionBytes = 2_000_000;

export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  variables: Readonly<Record<string, unknown>>;
}

type Field = GraphQLField<unknown, unknown>;

/**
 * Approximate length of the introspection response of an operation (`__schema`, `__type`), counted field by field over the schema
 * itself, with fragments and lists expanded; 0 without introspection. Stops when it exceeds `maxIntrospectionBytes`, so the work is
 * bounded for any text. The document must have been validated.
 */
export function introspectionBytes(schema: GraphQLSchema, { document, operationName, variables }: Operation): number {
  const selectionSet = getOperationAST(document, operationName)?.selectionSet;
  if (!selectionSet) return 0;
  const walk = new IntrospectionWalk(schema, document, variables);
  for (const node of walk.fieldsOf(selectionSet)) walk.count(rootFields.get(node.name.value), undefined, node);
  return walk.bytes;
}

const rootFields = new Map<string, Field>([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

class IntrospectionWalk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, SelectionSetNode>;
  readonly variables: Operation['variables'];
  readonly fields = new Map<SelectionSetNode, readonly FieldNode[]>();
  bytes = 0;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Operation['variables']) {
    this.schema = schema;
    this.fragments = fragmentsOf(document);
    this.variables = variables;
  }

  /** The fields of an object, with fragments expanded. Computed once for any number of objects. */
  fieldsOf(selectionSet: SelectionSetNode): readonly FieldNode[] {
    const known = this.fields.get(selectionSet);
    if (known) return known;
    const fields: FieldNode[] = [];
    this.collectFields(selectionSet, fields, new Set());
    this.fields.set(selectionSet, fields);
    return fields;
  }

  /** Each fragment counts once, as in execution. */
  collectFields(selectionSet: SelectionSetNode, fields: FieldNode[], seen: Set<string>): void {
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.collectFields(selection.selectionSet, fields, seen);
      else if (!seen.has(selection.name.value)) {
        seen.add(selection.name.value);
        this.collectFields(this.fragments.get(selection.name.value)!, fields, seen);
      }
    }
  }

  /** One field with all that it contains; undefined: __typename, or a field that is not introspection. */
  count(field: Field | undefined, source: unknown, node: FieldNode): void {
    const type = field && getNamedType(field.type);
    if (field === undefined || this.bytes > maxIntrospectionBytes) return;
    const args = (node.arguments ?? []).map(({ name, value }) => [
      name.value,
      valueFromASTUntyped(value, this.variables),
    ]);
    const info = { schema: this.schema } as GraphQLResolveInfo;
    const value = field.resolve!(source, Object.fromEntries(args), undefined, info);
    if (!isObjectType(type)) this.bytes += typeof value === 'string' ? value.length : 0;
    else for (const each of Array.isArray(value) ? value : [value]) this.countObject(type, each, node.selectionSet!);
  }

  countObject(type: GraphQLObjectType, source: unknown, selectionSet: SelectionSetNode): void {
    if (source == null) return;
    const fields = type.getFields();
    for (const node of this.fieldsOf(selectionSet)) {
      this.bytes += bytesPerField;
      if (this.bytes > maxIntrospectionBytes) return;
      this.count(fields[node.name.value], source, node);
    }
  }
}
