export interface ServerSettings {
  port: number;
  /** false: a power cut may destroy everything, for tests; commits are several times faster. */
  durable: boolean;
  /** Whether the operating system has syncfs. */
  syncfs: boolean;
  /** Where the programs are and which they are: a server of other programs is not adopted. */
  binaries: { root: string; version: string };
}

/** The text of the configuration file that postgresql.conf includes. A server that runs with the same text can be adopted. */
export function renderSettings(settings: ServerSettings): string {
  const lines = {
    port: settings.port,
    listen_addresses: '127.0.0.1',
    // TCP only: one way in on every platform, and a socket path in DATA_DIR would run into the limit of 107 bytes.
    unix_socket_directories: '',
    max_connections: settings.durable ? 100 : 400,
    shared_buffers: '128MB',
    // Queries here are short, so compiling them costs more than it saves.
    jit: 'off',
    // Parallel workers need /dev/shm, of which a container has 64 MB; nothing here scans enough to want them.
    max_parallel_workers_per_gather: 0,
    // Nothing replicates from this server: less write-ahead log.
    wal_level: 'minimal',
    max_wal_senders: 0,
    max_wal_size: '512MB',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Failed statements are logged by whoever sent them; here they would only fill the disk (expected unique violations).
    log_min_messages: 'log',
    log_checkpoints: 'off',
    // After a crash each of a thousand files is synced on its own otherwise: 4.6 s against 0.2 s measured. Linux alone has it.
    ...(settings.syncfs ? { recovery_init_sync_method: 'syncfs' } : {}),
    ...(settings.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const header = `# Written at each start. PostgreSQL ${settings.binaries.version} in ${settings.binaries.root}`;
  return `${[header, ...Object.entries(lines).map(([name, value]) => `${name} = ${quote(value)}`)].join('\n')}\n`;
}

function quote(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
