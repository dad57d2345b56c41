import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

/** Fields that contain secrets, wherever they occur in a logged object. */
const secretPaths = ['apiKey', 'secret', 'password', 'authorization', 'databaseUrl'].flatMap((name) => [
  name,
  `*.${name}`,
]);

/**
 * The process's logger. It writes to stderr: stdout belongs to what a command prints for people and scripts.
 * Written synchronously, so that the last line before a crash is not lost.
 */
export function createLogger(options: { level: string; format: 'pretty' | 'json' }): Logger {
  const settings = { level: options.level, redact: secretPaths, base: null };
  const destination = pino.destination({ dest: 2, sync: true });
  // Writing to a closed terminal fails with EIO. The log can no longer be read, but the process must continue in order to stop
  // cleanly.
  destination.on('error', () => undefined);
  if (options.format === 'json') return pino(settings, destination);
  return pino(settings, pretty({ destination, translateTime: 'HH:MM:ss.l', ignore: 'pid,hostname' }));
}
