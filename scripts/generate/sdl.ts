import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';

/** The SDL of the schema that a module exports as `schema`, sorted; null when there is no such file. */
export async function printSdl(file: string): Promise<string | null> {
  if (!existsSync(file)) return null;
  const { schema } = (await import(pathToFileURL(file).href)) as { schema: GraphQLSchema };
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
