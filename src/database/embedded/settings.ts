export interface ServerSettings {
  port: number;
  /** false, for tests: commits are several times faster, but a power cut may destroy everything. */
  durable: boolean;
  /** Whether the operating system has syncfs. */
  syncfs: boolean;
  /** Path and version of the programs: a server with other programs is not adopted. */
  binaries: { root: string; version: string };
}

/** The text of the configuration file that postgresql.conf includes. A running server with the same text can be adopted. */
export function renderSettings(settings: ServerSettings): string {
  const lines = {
    port: settings.port,
    listen_addresses: '127.0.0.1',
    // TCP only: it works on every platform, and a socket path in DATA_DIR could exceed the limit of 107 bytes.
    unix_socket_directories: '',
    max_connections: settings.durable ? 100 : 400,
    shared_buffers: '128MB',
    // Queries here are short, so compiling them costs more than it saves.
    jit: 'off',
    // Parallel workers need /dev/shm, of which a container has 64 MB, and no query scans enough to need them.
    max_parallel_workers_per_gather: 0,
    // What a copy of the running cluster needs (src/backup). No server replicates from this one.
    wal_level: 'replica',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // The client logs failed statements; here they would only fill the disk (expected unique violations).
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // Otherwise each of a thousand files is synced separately after a crash: 4.6 s instead of 0.2 s measured. Only Linux has it.
    ...(settings.syncfs ? { recovery_init_sync_method: 'syncfs' } : {}),
    ...(settings.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const header = `# Written at each start. PostgreSQL ${settings.binaries.version} in ${settings.binaries.root}`;
  return `${[header, ...Object.entries(lines).map(([name, value]) => `${name} = ${quote(value)}`)].join('\n')}\n`;
}

function quote(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
