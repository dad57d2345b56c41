import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import DataloaderPlugin from '@pothos/plugin-dataloader';
import ErrorsPlugin from '@pothos/plugin-errors';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import ValidationPlugin from '@pothos/plugin-validation';
import { type GraphQLField, GraphQLNonNull, getNamedType, isCompositeType, isListType } from 'graphql';
import type { Context } from '../../src/context.ts';
import type { FileUpload } from '../../src/storage/file-upload.ts';
import { mayDo, unauthorized } from './caller.ts';
import './fresh-loaders.ts';
import './restricted-callers.ts';
import { refusal } from '../../src/refusal.ts';
import './node-ids.ts';
import './storable-text.ts';

type JsonObject = Record<string, unknown>;

interface BuilderTypes {
  Context: Context;
  DefaultFieldNullability: false;
  AuthScopes: { read: boolean; write: boolean; teach: boolean; admin: boolean };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    JSONObject: { Input: JsonObject; Output: JsonObject };
    URL: { Input: string; Output: string };
    Upload: { Input: Promise<FileUpload>; Output: never };
    Byte: { Input: string; Output: never };
  };
}

/** Number of entries that a list is assumed to have unless its field says otherwise. */
const usualEntries = 10;

/**
 * The default cost of a field: 1 for an object and for JSON, which may be as long as many objects; 0 for any other scalar. A
 * list costs as much as its entries.
 */
function usualComplexity(
  _args: unknown,
  _context: unknown,
  { type }: Pick<GraphQLField<unknown, unknown>, 'type'>,
): { field: number; multiplier: number } {
  const isList = isListType(type instanceof GraphQLNonNull ? type.ofType : type);
  const named = getNamedType(type);
  const holdsMuch = isCompositeType(named) || named.name === 'JSONObject';
  return { field: holdsMuch ? 1 : 0, multiplier: isList ? usualEntries : 1 };
}

/**
 * The builder of the schema. The first plugin is the outermost: without the scope, a call reaches neither validation nor
 * errors nor loaders. Fields are non-null unless they say otherwise.
 */
export const builder = new SchemaBuilder<BuilderTypes>({
  plugins: [
    ScopeAuthPlugin,
    'restrictedCallers',
    RelayPlugin,
    ErrorsPlugin,
    DataloaderPlugin,
    ValidationPlugin,
    ComplexityPlugin,
    'freshLoaders',
    'storableText',
    'nodeIds',
  ],
  defaultFieldNullability: false,
  relay: {
    // Our ids begin with their type (schema/core/node-ids.ts), so relay's base64 of (type, id) is not used in either direction. node
    // and nodes are fields of our own (schema/core/node.ts), because they return null for an id of an unknown kind instead of an error.
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    nodeTypeOptions: { description: 'An object that can be read again by its id.' },
    idFieldOptions: {
      description:
        'A lower-case prefix, an underscore and 26 characters, for example `an_01jd3k8m2ve5x9q0r7t4w6y8z1`. Ids sort by time of creation.',
    },
    pageInfoTypeOptions: { description: 'The position of a page in its connection.' },
    hasNextPageFieldOptions: { description: 'Whether more entries follow this page.' },
    hasPreviousPageFieldOptions: {
      description: 'Whether entries precede this page: true if it was requested with `after`.',
    },
    startCursorFieldOptions: { description: 'Cursor of the first entry. Null if the page is empty.' },
    endCursorFieldOptions: {
      description: 'Cursor of the last entry: pass it as `after` to get the next page. Null if the page is empty.',
    },
  },
  complexity: { fieldComplexity: usualComplexity },
  scopeAuth: {
    // Checked once, when the stream opens. The gateway ends the streams of a key that is revoked later.
    authorizeOnSubscribe: true,
    authScopes: (context) => ({
      read: mayDo(context, 'READ'),
      write: mayDo(context, 'WRITE'),
      teach: mayDo(context, 'TEACH'),
      admin: mayDo(context, 'ADMIN'),
    }),
    unauthorizedError: (_parent, context, info) => unauthorized(context, `${info.parentType.name}.${info.fieldName}`),
  },
  validation: {
    validationError: ({ issues }) => refusal('BAD_USER_INPUT', issues.map((issue) => issue.message).join(' ')),
  },
});

/** The types of the schema as Pothos sees them, for helpers that take refs. */
export type Types = typeof builder.$inferSchemaTypes;

builder.queryType({ description: 'Reads data. Requires the scope READ.', authScopes: { read: true } });
builder.mutationType({ description: 'Changes data. Requires the scope WRITE.', authScopes: { write: true } });
builder.subscriptionType({
  description:
    'Delivers changes as they happen. Requires the scope READ. Every event has a cursor: pass that of the last event you received as `after` to resume on any server process, without a gap or a repeat.',
  authScopes: { read: true },
});
