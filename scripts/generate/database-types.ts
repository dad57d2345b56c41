import { sql } from 'kysely';
import { type DatabaseMetadata, generate, PostgresDialect } from 'kysely-codegen';
import type { Database } from '../../src/database/pool.ts';

interface AllowedValues {
  table: string;
  column: string;
  values: string[];
}

/** Kysely's types for our tables: bigint and xid8 as string, timestamptz as Date, `check (x in (…))` as a union. */
export async function generateTypes(database: Database): Promise<string> {
  const allowed = await readAllowedValues(database);
  const text = await generate({
    db: database.db,
    dialect: new PostgresDialect(),
    // Not graphile-worker's tables, which may change in a patch, nor the migrator's own.
    includePattern: 'public.*',
    excludePattern: 'public.kysely_*',
    outFile: null,
    postprocess: async ({ metadata }) => narrowTexts(metadata, allowed),
  });
  return `${uniteElements(text).trimEnd()}\n`;
}

/** ArrayType distributes over a union: `ArrayType<'A' | 'B'>` would be `'A'[] | 'B'[]`, which refuses ['A', 'B']. */
function uniteElements(text: string): string {
  return text.replaceAll(/ArrayType<("[^">]+"(?: \| "[^">]+")*)>/g, '($1)[]');
}

function narrowTexts(metadata: DatabaseMetadata, allowed: AllowedValues[]): DatabaseMetadata {
  for (const { table, column, values } of allowed) {
    const found = metadata.tables.find((each) => each.name === table)?.columns.find((each) => each.name === column);
    if (found) found.enumValues = values;
  }
  return metadata;
}

/**
 * Columns of text or text[] whose values a check of that column alone enumerates. Texts with checks are preferred to
 * PostgreSQL's enums since a value can be added to and removed from them inside a transaction.
 */
async function readAllowedValues(database: Database): Promise<AllowedValues[]> {
  const { rows } = await sql<{ table: string; column: string; definition: string }>`
    select t.relname as table, a.attname as column, pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    join pg_class t on t.oid = c.conrelid
    join pg_attribute a on a.attrelid = t.oid and a.attnum = c.conkey[1]
    where c.contype = 'c' and cardinality(c.conkey) = 1 and t.relnamespace = 'public'::regnamespace
    order by 1, 2`.execute(database.db);
  return rows.flatMap(({ table, column, definition }) => {
    const list = /^CHECK \(\(+\w+ (?:= ANY|<@) \(?ARRAY\[([^\]]+)\]/.exec(definition)?.[1];
    if (!list) return [];
    return [{ table, column, values: [...list.matchAll(/'([^']+)'::text/g)].map((match) => match[1] as string) }];
  });
}
