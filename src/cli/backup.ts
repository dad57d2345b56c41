import path from 'node:path';
import { Command } from 'commander';
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
import { withSignalsHeld } from './stop-signals.ts';

/** `sightline backup`, `restore` and `verify`: of the embedded database and the store beside it. */
export function backupCommands(): Command[] {
  return [
    new Command('backup')
      .description('Copy the embedded database and all pictures into a new directory, while everything runs.')
      .argument('<directory>', 'a new or empty directory, preferably on another disk')
      .action((directory: string) =>
        runOnDataDir((config, logger, teardown) => back(config, directory, logger, teardown)),
      ),
    new Command('verify')
      .description('Read every file of a backup and compare it with the checksums that were taken when it was made.')
      .argument('<directory>', 'what `backup` wrote')
      .action(async (directory: string) => tell(await verify(directory), 'is whole')),
    new Command('restore')
      .description(
        'Verify a backup, and restore it into DATA_DIR, which must not contain a database. Clients read again what their cursors missed.',
      )
      .argument('<directory>', 'what `backup` wrote')
      .action((directory: string) =>
        runOnDataDir((config, logger, teardown) => restore(config, directory, logger, teardown)),
      ),
  ];
}

type Work = (config: Config, logger: Logger, teardown: Teardown) => Promise<void>;

async function runOnDataDir(work: Work): Promise<void> {
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
  await withSignalsHeld(async () => {
    const teardown = new Teardown(logger);
    try {
      await work(config, logger, teardown);
    } finally {
      await teardown.run();
    }
  });
}

async function back(config: Config, directory: string, logger: Logger, teardown: Teardown): Promise<void> {
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

async function restore(config: Config, directory: string, logger: Logger, teardown: Teardown): Promise<void> {
  const manifest = await verify(directory);
  const lock = await lockDataDir(config.dataDir);
  teardown.add('lock of the data directory', lock.release);
  await restoreBackup(path.resolve(directory), manifest, config.dataDir, logger);
  tell(manifest, `is restored into ${path.resolve(config.dataDir)}`);
}

async function verify(directory: string): Promise<Manifest> {
  const manifest = await readManifest(path.resolve(directory));
  const damaged = await findDamaged(path.resolve(directory), manifest);
  if (damaged.length === 0) return manifest;
  const named = damaged.slice(0, 5).join(', ');
  const more = damaged.length > 5 ? ` and ${damaged.length - 5} more` : '';
  throw new Error(
    `The backup is damaged: ${named}${more} ${damaged.length === 1 ? 'is' : 'are'} missing or changed. Use another one.`,
  );
}

function tell({ createdAt, files }: Manifest, what: string): void {
  process.stdout.write(`The backup of ${createdAt} (${files.length} files, ${inGigabytes(sumBytes(files))}) ${what}\n`);
}
