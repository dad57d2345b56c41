import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isNonNullType,
  isObjectType,
} from 'graphql/index.js';
import type { Draw } from './draw.ts';
import { type Ids, inputValue } from './values.ts';

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
}

/** Deep enough for connections in connections, not so deep that the limit of depth ends everything. */
const maxDepth = 7;

/** An operation of the schema that is valid but for the values of its variables, and now and then a detail. */
export function operation(
  draw: Draw,
  schema: GraphQLSchema,
  kind: 'query' | 'mutation' | 'subscription',
  ids: Ids,
): Operation {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return new OperationDraft(draw, schema, ids).draw(kind, root[kind]!);
}

class OperationDraft {
  readonly #draw: Draw;
  readonly #schema: GraphQLSchema;
  readonly #ids: Ids;
  readonly #declared: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: string[] = [];
  /** Bounds the text: each further selection makes the rest shallower. */
  #fields = 0;

  constructor(draw: Draw, schema: GraphQLSchema, ids: Ids) {
    this.#draw = draw;
    this.#schema = schema;
    this.#ids = ids;
  }

  draw(kind: string, root: GraphQLNamedType): Operation {
    const selection = this.#selection(root, 0, kind === 'query' ? 4 : 1);
    const declared = this.#declared.length > 0 ? `(${this.#declared.join(', ')})` : '';
    const query = [`${kind} Fuzz${declared} ${selection}`, ...this.#fragments].join('\n');
    return { query, variables: this.#variables };
  }

  #selection(type: GraphQLNamedType, depth: number, most: number): string {
    const parts: string[] = [];
    if (isAbstractType(type)) {
      for (const member of this.#schema.getPossibleTypes(type))
        if (this.#draw.chance(0.5)) parts.push(`... on ${member.name} ${this.#selection(member, depth + 1, 4)}`);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      const fields = Object.values(type.getFields()).filter(({ name }) => name !== '__schema');
      const count = this.#draw.int(1, most);
      for (let index = 0; index < count; index++) parts.push(this.#field(this.#draw.pick(fields), depth));
    }
    if (parts.length === 0 || this.#draw.chance(0.1)) parts.push('__typename');
    return this.#inFragment(`{ ${parts.join(' ')} }`, type, depth);
  }

  #inFragment(selection: string, type: GraphQLNamedType, depth: number): string {
    if (depth === 0 || !this.#draw.chance(0.05)) return selection;
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${selection}`);
    return `{ ...${name} ${this.#draw.chance(0.3) ? `...${name}` : ''} }`;
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const type = getNamedType(field.type);
    const isLeaf = !isObjectType(type) && !isAbstractType(type);
    this.#fields++;
    if (!isLeaf && (depth >= maxDepth || this.#fields > 150)) return '__typename';
    // Fields of one name with other arguments would clash, so each has an alias of its own.
    const alias = `f${this.#fields}: `;
    const directive = this.#draw.chance(0.03) ? this.#draw.pick([' @include(if: true)', ' @skip(if: false)']) : '';
    const selection = isLeaf ? '' : ` ${this.#selection(type, depth + 1, 4)}`;
    return `${alias}${field.name}${this.#arguments(field.args)}${directive}${selection}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const chosen = args.filter((arg) => isNonNullType(arg.type) || this.#draw.chance(0.4));
    if (chosen.length === 0) return '';
    return `(${chosen.map((arg) => `${arg.name}: $${this.#variable(arg)}`).join(', ')})`;
  }

  #variable(arg: GraphQLArgument): string {
    const name = `v${this.#declared.length}`;
    this.#declared.push(`$${name}: ${arg.type.toString()}`);
    this.#variables[name] = inputValue(this.#draw, arg.type, this.#ids);
    return name;
  }
}
