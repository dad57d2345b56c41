import path from 'node:path';
import pg from 'pg';
import { databaseName, superuserUrl } from './cluster.ts';
import type { Home } from './home.ts';
import { readPassword, writePassword } from './secret-file.ts';

/**
 * The role that all code except this file uses: it owns the database and its contents, migrates it, and is not a superuser. It can
 * neither read the server's files nor run programs, nor access another database.
 */
export const appRole = 'sightline_app';

/** URL of the database for {@link appRole}; null if a server of 0.1.0 is running, which has no such role. */
export async function appUrl(home: Home, port: number): Promise<string | null> {
  const password = await readPassword(passwordFile(home));
  return password && `postgres://${appRole}:${password}@127.0.0.1:${port}/${databaseName}`;
}

/**
 * Creates the database and its role if they are missing, and transfers what belongs to the superuser: everything in a database that
 * 0.1.0 created. Changes nothing the next time.
 */
export async function ensureDatabase(home: Home, port: number): Promise<void> {
  if ((await readPassword(passwordFile(home))) === null) await writePassword(home, passwordFile(home));
  const password = (await readPassword(passwordFile(home)))!;
  await asSuperuser(home, port, 'postgres', async (client) => {
    const ask = (text: string, value: string) => client.query(text, [value]);
    if ((await ask('select from pg_roles where rolname = $1', appRole)).rowCount === 0)
      await client.query(`create role ${appRole}`);
    await client.query(
      `alter role ${appRole} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls
       password ${pg.escapeLiteral(password)}`,
    );
    if ((await ask('select from pg_database where datname = $1', databaseName)).rowCount === 0)
      await client.query(`create database ${databaseName} owner ${appRole}`);
  });
  await asSuperuser(home, port, databaseName, handOver);
}

function passwordFile(home: Home): string {
  return path.join(home.directory, 'app-password');
}

async function asSuperuser(
  home: Home,
  port: number,
  database: string,
  work: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: await superuserUrl(home, port, database) });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

/** REASSIGN OWNED does not work here: the superuser also owns the system objects. */
async function handOver(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ statement: string }>(
    `with mine as (select oid from pg_roles where rolname = current_user),
     spaces as (
       select oid, nspname, nspowner from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'),
     -- What an extension brought, and the sequences of columns, follow what they depend on.
     dependent as (
       select d.classid, d.objid from pg_depend d left join pg_class c on d.classid = 'pg_class'::regclass and c.oid = d.objid
       where deptype = 'e' or (c.relkind = 'S' and deptype in ('a', 'i'))),
     found as (
       select 1 as ordinal, format('alter database %I owner to ${appRole}', datname) as statement
       from pg_database where datname = current_database() and datdba = (select oid from mine)
       union all
       select 2, format('alter schema %I owner to ${appRole}', nspname)
       from spaces where nspowner = (select oid from mine)
       union all
       select 3, format('alter %s %s owner to ${appRole}',
         case relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end,
         c.oid::regclass)
       from pg_class c join spaces on spaces.oid = relnamespace
       where relowner = (select oid from mine) and relkind in ('r', 'p', 'v', 'm', 'S')
         and not exists (select from dependent where classid = 'pg_class'::regclass and objid = c.oid)
       union all
       select 4, format('alter routine %s owner to ${appRole}', p.oid::regprocedure)
       from pg_proc p join spaces on spaces.oid = pronamespace
       where proowner = (select oid from mine)
         and not exists (select from dependent where classid = 'pg_proc'::regclass and objid = p.oid)
       union all
       select 5, format('alter type %s owner to ${appRole}', t.oid::regtype)
       from pg_type t join spaces on spaces.oid = typnamespace left join pg_class c on c.oid = typrelid
       where typowner = (select oid from mine) and (typtype in ('d', 'e', 'r') or c.relkind = 'c')
         and not exists (select from dependent where classid = 'pg_type'::regclass and objid = t.oid))
     select statement from found order by ordinal, statement`,
  );
  if (rows.length > 0) await client.query(`begin; ${rows.map(({ statement }) => statement).join('; ')}; commit`);
}
