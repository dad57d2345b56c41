import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { copyTree, hashFile, type OnFile } from './copy-tree.ts';
import type { BackedUpFile } from './manifest.ts';

/** Where an embedded server runs. */
export interface RunningCluster {
  superuserUrl: string;
  /** Its data directory. */
  directory: string;
}

/** What a server makes anew when it starts, and what belongs to the running process only (PostgreSQL's "Making a Base Backup"). */
const emptied = [
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_replslot',
  'pg_wal',
];
const omitted =
  /(^|\/)(postmaster\.(pid|opts)|pg_internal\.init.*|pgsql_tmp.*|backup_label|tablespace_map|backup_manifest)$/;
const walDirectory = 'pg_wal';
const segment = /^[0-9A-F]{24}$/;

/**
 * Copies the files of a running cluster ("low-level" base backup): between the two calls the server keeps on writing, and the
 * write-ahead log of that time, which is copied last, makes the copy consistent when a server starts on it. A temporary slot keeps the
 * server from removing that log meanwhile; it goes with the session.
 */
export async function copyCluster(
  cluster: RunningCluster,
  to: string,
  prefix: string,
  onFile: OnFile,
): Promise<BackedUpFile[]> {
  const client = new pg.Client({ connectionString: cluster.superuserUrl });
  await client.connect();
  try {
    await client.query(
      `select pg_create_physical_replication_slot('sightline_backup_' || pg_backend_pid(), true, true)`,
    );
    const { rows: begun } = await client.query<{ lsn: string }>(
      `select pg_backup_start('sightline', fast => true) as lsn`,
    );
    const files = await copyTree(cluster.directory, to, prefix, onFile, (relative) => {
      return !omitted.test(relative) && !emptied.includes(path.posix.dirname(relative));
    });
    const { rows: ended } = await client.query<{ lsn: string; labelfile: string }>(
      'select lsn, labelfile from pg_backup_stop(wait_for_archive => false)',
    );
    const { lsn, labelfile } = ended[0]!;
    const range = await client.query<{ first: string; last: string }>(
      'select pg_walfile_name($1) as first, pg_walfile_name($2) as last',
      [begun[0]!.lsn, lsn],
    );
    const label = path.join(to, 'backup_label');
    await writeFile(label, labelfile, { mode: 0o600 });
    const log = await copyLog(cluster, { to, prefix, ...range.rows[0]! }, onFile);
    return [...files, { path: `${prefix}/backup_label`, ...(await hashFile(label))! }, ...log];
  } finally {
    await client.end();
  }
}

/** Names of segments sort by their place in the log. */
async function copyLog(
  cluster: RunningCluster,
  { to, prefix, first, last }: { to: string; prefix: string; first: string; last: string },
  onFile: OnFile,
): Promise<BackedUpFile[]> {
  const target = path.join(to, walDirectory);
  await mkdir(target, { recursive: true, mode: 0o700 });
  const source = path.join(cluster.directory, walDirectory);
  const files = await copyTree(source, target, `${prefix}/${walDirectory}`, onFile, (name) => {
    return segment.test(name) && name >= first && name <= last;
  });
  if (files.length === 0) throw new Error(`The write-ahead log from ${first} to ${last} is missing in ${source}.`);
  return files;
}
