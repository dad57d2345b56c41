import pg from 'pg';

/** Properties of a database, its server and the role, before one of our sessions sets anything. */
export interface DatabaseTraits {
  /** `server_version_num`: 140012 is 14.12. */
  version: number;
  database: string;
  encoding: string;
  /** Whether `kiwi` finds `KIWI`: under Turkish rules, the lower case of I is another letter. */
  foldsLatin: boolean;
  /** Whether `ä` finds `Ä`. */
  foldsUmlauts: boolean;
  standby: boolean;
  readOnly: boolean;
  /** `default_transaction_isolation` */
  isolation: string;
}

const oldestServer = 14;

/** Reads them with a separate connection, to which none of our settings apply. */
export async function readTraits(connectionString: string, timeoutMs: number): Promise<DatabaseTraits> {
  const client = new pg.Client({
    connectionString,
    application_name: 'sightline-check',
    connectionTimeoutMillis: timeoutMs,
  });
  // A lost connection is reported by the query; without this listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const ask = async <T extends object>(text: string): Promise<T> => {
      const { rows } = await client.query<T>({ text, query_timeout: timeoutMs } as pg.QueryConfig);
      return rows[0]!;
    };
    const traits = await ask<Omit<DatabaseTraits, 'foldsUmlauts'>>(question);
    // A separate query: in an encoding that lacks the letter, the statement could not even be planned.
    if (traits.encoding !== 'UTF8') return { ...traits, foldsUmlauts: false };
    return {
      ...traits,
      ...(await ask<Pick<DatabaseTraits, 'foldsUmlauts'>>(`select ${fold('Ä')} = ${fold('ä')} as "foldsUmlauts"`)),
    };
  } finally {
    await client.end();
  }
}

/** The way in which searches fold case. */
function fold(text: string): string {
  return `lower(upper('${text}'))`;
}

const question = `
  select current_setting('server_version_num')::integer as version,
    current_database() as database,
    current_setting('server_encoding') as encoding,
    ${fold('KIWI')} = ${fold('kiwi')} as "foldsLatin",
    pg_is_in_recovery() as standby,
    current_setting('transaction_read_only')::boolean as "readOnly",
    current_setting('default_transaction_isolation') as isolation`;

/** @throws with what to do when the server is too old. */
export function assertSupportedVersion(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major >= oldestServer) return;
  throw new Error(
    `The database server is PostgreSQL ${major}; ${oldestServer} or newer is needed. Upgrade it, or unset DATABASE_URL to use the bundled one.`,
  );
}

/** Why a database is read-only at present, and what to do; null: it is writable. Both causes can pass: a standby is promoted, a setting turned off. */
export function findReadOnly({ standby, readOnly, database }: DatabaseTraits): string | null {
  if (standby) return 'It is a standby, which is read-only. Set DATABASE_URL to the primary, or promote this server.';
  if (!readOnly) return null;
  return `default_transaction_read_only is on. Turn it off with "alter database ${pg.escapeIdentifier(database)} set default_transaction_read_only = off", or for the role or the server if it is set there.`;
}

/** Why a database can never be used, and what to do; null: it can. */
export function findUnusable(traits: DatabaseTraits): string | null {
  const { encoding, foldsLatin } = traits;
  const wayOut = `Create another one with "${createStatement(traits)}", and set DATABASE_URL to it.`;
  if (encoding !== 'UTF8')
    return `Its encoding is ${encoding}, which cannot store every name; UTF8 is needed. ${wayOut}`;
  if (!foldsLatin)
    return `Its collation treats i and I as different letters, so searches for "kiwi" do not find "KIWI". ${wayOut}`;
  return null;
}

/** What works less well with this database than it could; null: nothing. */
export function findWeakness({ foldsUmlauts }: DatabaseTraits): string | null {
  if (foldsUmlauts) return null;
  return 'its locale has only the letters A to Z, so searches treat "Ä" and "ä" as different letters';
}

/** How sessions behind a pooler differ from those that we would open; null: not at all. */
export function findUnpinned({ isolation }: DatabaseTraits): string | null {
  if (isolation === 'read committed') return null;
  return `Transactions are ${isolation} there, but Sightline needs read committed. Add "set default_transaction_isolation = 'read committed'" to the pooler's connect_query.`;
}

/** The provider has to be named, or that of the template is used. */
function createStatement({ version }: DatabaseTraits): string {
  const utf8 = "create database sightline template template0 encoding 'UTF8'";
  if (version >= 170_000) return `${utf8} locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'`;
  return version >= 150_000 ? `${utf8} locale_provider libc locale 'C.UTF-8'` : `${utf8} locale 'C.UTF-8'`;
}
