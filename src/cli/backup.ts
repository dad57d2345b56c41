import path from 'node:path';
import { Command } from 'commander';
import type { OnFile } from '../backup/copy-tree.ts';
import { noteBackup } from '../backup/last-backup.ts';
import { makeBackup } from '../backup/make-backup.ts';
import { type Manifest, parts, readManifest, sumBytes } from '../backup/manifest.ts';
import { restoreBackup } from '../backup/restore-backup.ts';
import { findDamaged } from '../backup/verify-backup.ts';
import { type Config, loadConfig } from '../config.ts';
import { lockDataDir } from '../database/data-dir-lock.ts';
import { findEmbeddedServer, startEmbeddedServer } from '../database/embedded-server.ts';
import { createLogger, type Logger } from '../log.ts';
import { Teardown } from '../teardown.ts';
import { inGigabytes } from './check/finding.ts';
import { tellProgress } from './copy-progress.ts';
import { withSignalsHeld } from './stop-signals.ts';

/** `sightline backup`, `restore` and `verify`: of the embedded database and the store beside it. */
export function backupCommands(): Command[] {
  return [
    new Command('backup')
      .description('Copy the embedded database and all pictures into a new directory, while everything runs.')
      .argument('<directory>', 'a new or empty directory, preferably on another disk')
      .action((directory: string) => runOnDataDir((parts) => back(parts, directory))),
    new Command('verify')
      .description('Read every file of a backup and compare it with the checksums that were taken when it was made.')
      .argument('<directory>', 'what `backup` wrote')
      .action(async (directory: string) => tell(await verify(directory), 'is whole')),
    new Command('restore')
      .description(
        'Verify a backup, and restore it into DATA_DIR, which must not contain a database. Clients read again what their cursors missed.',
      )
      .argument('<directory>', 'what `backup` wrote')
      .action((directory: string) => runOnDataDir((parts) => restore(parts, directory))),
  ];
}

interface Parts {
  config: Config;
  logger: Logger;
  teardown: Teardown;
  /** Fires with the first signal. */
  stop: AbortSignal;
}

async function runOnDataDir(work: (parts: Parts) => Promise<void>): Promise<void> {
  const config = loadConfig(process.env);
  if (config.databaseUrl !== null) {
    throw new Error(
      'This command is for the embedded database. DATABASE_URL names a server of yours: use pg_dump and pg_restore (docs/operations.md, "Backup and restore").',
    );
  }
  const logger = createLogger({
    level: config.logLevel === 'info' ? 'warn' : config.logLevel,
    format: config.logFormat,
  });
  await withSignalsHeld(async (stop) => {
    const teardown = new Teardown(logger);
    try {
      await work({ config, logger, teardown, stop });
    } finally {
      await teardown.run();
    }
  });
}

async function back({ config, logger, teardown, stop }: Parts, directory: string): Promise<void> {
  const server = (await findEmbeddedServer(config.dataDir)) ?? (await startOwn(config, logger, teardown));
  const { home, clusterDirectory, postgresVersion } = server;
  const manifest = await makeBackup(
    {
      storeDirectory: config.blobStore === null ? path.join(config.dataDir, parts.store) : null,
      home,
      cluster: { superuserUrl: server.superuserUrl, directory: clusterDirectory },
      postgresVersion,
    },
    path.resolve(directory),
    watched('Copied', stop),
  );
  await noteBackup(config.dataDir, manifest.createdAt);
  if (config.blobStore) process.stderr.write('The pictures are in a bucket, and are not part of this backup.\n');
  tell(manifest, `is complete. Check it with: sightline verify ${directory}`);
}

async function startOwn(config: Config, logger: Logger, teardown: Teardown) {
  const lock = await lockDataDir(config.dataDir);
  teardown.add('lock of the data directory', lock.release);
  const server = await startEmbeddedServer({ dataDir: config.dataDir, logger });
  teardown.add('embedded PostgreSQL', server.stop);
  return server;
}

async function restore({ config, logger, teardown, stop }: Parts, directory: string): Promise<void> {
  const manifest = await verify(directory, stop);
  const lock = await lockDataDir(config.dataDir);
  teardown.add('lock of the data directory', lock.release);
  const backup = { directory: path.resolve(directory), manifest };
  await restoreBackup(backup, config.dataDir, logger, watched('Restored', stop));
  tell(manifest, `is restored into ${path.resolve(config.dataDir)}`);
}

async function verify(directory: string, stop?: AbortSignal): Promise<Manifest> {
  const manifest = await readManifest(path.resolve(directory));
  const damaged = await findDamaged(path.resolve(directory), manifest, watched('Read', stop));
  if (damaged.length === 0) return manifest;
  const named = damaged.slice(0, 5).join(', ');
  const more = damaged.length > 5 ? ` and ${damaged.length - 5} more` : '';
  throw new Error(
    `The backup is damaged: ${named}${more} ${damaged.length === 1 ? 'is' : 'are'} missing or changed. Use another one.`,
  );
}

/** Only a terminal is told of progress: what a schedule mails is what needs somebody. A signal ends the work after the file. */
function watched(done: string, stop?: AbortSignal): OnFile {
  const tell = process.stderr.isTTY ? tellProgress(done, (line) => process.stderr.write(line)) : () => {};
  return (byteSize) => {
    stop?.throwIfAborted();
    tell(byteSize);
  };
}

function tell({ createdAt, files }: Manifest, what: string): void {
  process.stdout.write(`The backup of ${createdAt} (${files.length} files, ${inGigabytes(sumBytes(files))}) ${what}\n`);
}
