import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { type Role, type Sightline, startSightline } from '../server.ts';
import { onStopSignal } from './stop-signals.ts';

const descriptions: Record<Role, string> = {
  start: 'Serve on this machine until Ctrl-C: API, worker, engines, and PostgreSQL unless DATABASE_URL is set.',
  api: 'Serve the API alone; workers run elsewhere on the same DATABASE_URL and blob store.',
  worker: 'Run engines and jobs alone; the API runs elsewhere on the same DATABASE_URL and blob store.',
};

/** `sightline start`, `sightline api` and `sightline worker`: the same server with all of its parts, or with some. */
export function serveCommands(): Command[] {
  return (Object.keys(descriptions) as Role[]).map((role) =>
    new Command(role).description(descriptions[role]).action(() => serve(role)),
  );
}

/** Runs one role until a signal comes, then stops in order; a second signal stops at once. */
async function serve(role: Role): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const signal = new Promise<NodeJS.Signals>((resolve) => onStopSignal(resolve, 1));
  // Whoever read it has gone. That is no reason to stop serving, and none to end without stopping PostgreSQL.
  process.stdout.on('error', (error) => logger.debug({ err: error }, 'Nobody reads stdout any more.'));
  const starting = startSightline(config, role, logger);
  const sightline = await Promise.race([starting, signal.then(() => null)]);
  if (sightline === null) {
    logger.info('Stopping before it was ready.');
    await starting
      .then((started) => started.close(0))
      .catch((error: unknown) => logger.error({ err: error }, 'The start failed.'));
    return;
  }
  announce(sightline);
  const reason = await Promise.race([signal, sightline.failed]);
  if (reason instanceof Error) {
    // Nothing can be finished any more.
    await sightline.close(0);
    throw reason;
  }
  logger.info({ signal: reason, graceSeconds: config.shutdownGraceSeconds }, 'Stopping; once more to stop at once.');
  await sightline.close();
}

/** What a process says on stdout when it takes work: the first key too, once, for whoever keeps it. */
function announce({ url, firstApiKey }: Sightline): void {
  if (firstApiKey) process.stdout.write(`API key, shown this once: ${firstApiKey}\n`);
  process.stdout.write(url === null ? 'sightline worker ready\n' : `sightline ready at ${url}\n`);
}
