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

/** What a field of the answer counts beside its text: its name, and the work of finding it. */
const bytesPerField = 20;
/**
 * The largest answer about the schema. Programs that ask for all of it get 280,000, as counted here; aliases and nested
 * lists can ask for millions of times as much in a text of 1 kB.
 */
export const maxIntrospectionBytes = 1_000_000;

export interface Operation {
  document: DocumentNode;
  operationName?: string | null;
  variables: Readonly<Record<string, unknown>>;
}

type Field = GraphQLField<unknown, unknown>;

/**
 * About how long the answer is to what an operation asks of the schema (`__schema`, `__type`), counted field by field over the
 * schema itself, fragments and lists unfolded; 0 when it asks for nothing of it. Stops as soon as it is more than
 * `maxIntrospectionBytes`, and does no more work than that for any text. The document must have been validated.
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

  /** The fields of an object, its fragments unfolded. Found once, however many objects there are. */
  fieldsOf(selectionSet: SelectionSetNode): readonly FieldNode[] {
    const known = this.fields.get(selectionSet);
    if (known) return known;
    const fields: FieldNode[] = [];
    this.collectFields(selectionSet, fields, new Set());
    this.fields.set(selectionSet, fields);
    return fields;
  }

  /** Each fragment once, as when the operation runs. */
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

  /** One field with all that it holds; undefined: __typename, or what is no matter of the schema. */
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
