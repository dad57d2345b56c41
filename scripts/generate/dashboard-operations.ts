import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { preset } from '@graphql-codegen/near-operation-file-preset';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { buildSchema, isInterfaceType, parse } from 'graphql';
import { listFiles } from './list-files.ts';

type GeneratesOptions = Parameters<typeof preset.buildGeneratesSection>[0];

/** Inputs and enums, which several documents use: a change of the schema is a change of this file only. */
const sharedTypes = 'dashboard/src/graphql/schema-types.generated.ts';

const config = {
  useTypeImports: true,
  importExtension: '.ts',
  nonOptionalTypename: true,
  // Apollo Client does not add __typename to the root.
  skipTypeNameForRoot: true,
  defaultScalarType: 'unknown',
  strictScalars: true,
  scalars: {
    ID: 'string',
    Byte: 'string',
    DateTime: 'string',
    JSONObject: 'Record<string, unknown>',
    Upload: 'File',
    URL: 'string',
  },
};

/**
 * For each `x.graphql` of the dashboard an `x.generated.ts` beside it with its typed documents, so that they are loaded with the page
 * that uses them. The client preset would put the documents of all pages into one module, which every page would load.
 * @param sdl the public schema
 * @returns texts by path from the root of the project
 */
export async function generateDashboardOperations(root: string, sdl: string): Promise<Record<string, string>> {
  const schemaAst = buildSchema(sdl);
  const files = (await listFiles(root, 'dashboard/src')).filter((file) => file.endsWith('.graphql'));
  const documents = await Promise.all(
    files.map(async (location) => {
      const rawSDL = await readFile(path.join(root, location), 'utf8');
      return { location, rawSDL, document: parse(rawSDL) };
    }),
  );
  const outputs = await preset.buildGeneratesSection({
    baseOutputDir: '',
    presetConfig: { extension: '.generated.ts', cwd: root },
    schema: parse(sdl),
    schemaAst,
    documents,
    config: { ...config, importSchemaTypesFrom: sharedTypes },
    plugins: [{ 'typescript-operations': {} }, { 'typed-document-node': {} }],
    pluginMap: { 'typescript-operations': typescriptOperations, 'typed-document-node': typedDocumentNode },
  } as unknown as GeneratesOptions);
  const shared = await codegen({
    filename: sharedTypes,
    schema: parse(sdl),
    schemaAst,
    documents,
    config: { ...config, generateOperationTypes: false },
    plugins: [{ 'typescript-operations': {} }],
    pluginMap: { 'typescript-operations': typescriptOperations },
  });
  const texts = await Promise.all(
    outputs.map(async (output) => {
      const text = await codegen({ ...output, config: { ...output.config, namespacedImportName: 'Types' } });
      return [output.filename, text] as const;
    }),
  );
  return {
    ...Object.fromEntries(texts),
    [sharedTypes]: shared,
    'dashboard/src/graphql/possible-types.generated.ts': possibleTypes(schemaAst),
  };
}

/** What Apollo's cache has to know to match `... on Interface`. */
function possibleTypes(schema: ReturnType<typeof buildSchema>): string {
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  const entries = interfaces.map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);
  const text = JSON.stringify(Object.fromEntries(entries), null, 2);
  return `/** The types that implement each interface. */\nexport const possibleTypes: Record<string, string[]> = ${text};\n`;
}
