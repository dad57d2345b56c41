import { Command } from 'commander';
import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { type Role, type Sightline, startSightline } from '../server.ts';
import { signInLinkFor } from './sign-in-link.ts';
import { onStopSignal } from './stop-signals.ts';

const descriptions: Record<Role, string> = {
  start: 'Serve on this machine until Ctrl-C: API, worker, engines, and PostgreSQL unless DATABASE_URL is set.',
  api: 'Serve only the API; workers run separately, on the same DATABASE_URL and blob store.',
  worker: 'Run only engines and jobs; the API runs separately, on the same DATABASE_URL and blob store.',
};

/** `sightline start`, `sightline api` and `sightline worker`: the same server with all of its parts, or with some of them. */
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
  // Its reader has gone. That is no reason to stop serving, nor to exit without stopping PostgreSQL.
  process.stdout.on('error', (error) => logger.debug({ err: error }, 'The reader of stdout has gone.'));
  const starting = startSightline(config, role, logger);
  const sightline = await Promise.race([starting, signal.then(() => null)]);
  if (sightline === null) {
    logger.info('Stopping before the start is complete.');
    await starting
      .then((started) => started.close(0))
      .catch((error: unknown) => logger.error({ err: error }, 'The start failed.'));
    return;
  }
  announce(sightline, await signInLinkFor(sightline, process.stdout));
  const reason = await Promise.race([signal, sightline.failed]);
  if (reason instanceof Error) {
    // No work can be finished any more.
    await sightline.close(0);
    throw reason;
  }
  logger.info(
    { signal: reason, graceSeconds: config.shutdownGraceSeconds },
    'Stopping. Send the signal again to stop at once.',
  );
  await sightline.close();
}

/** What a process prints on stdout when it is ready; on the first start also the first key, which is shown only once. */
function announce({ url, firstApiKey }: Sightline, signInLink: string | null): void {
  if (firstApiKey) process.stdout.write(`API key, shown this once: ${firstApiKey}\n`);
  process.stdout.write(url === null ? 'sightline worker ready\n' : `sightline ready at ${url}\n`);
  if (signInLink) process.stdout.write(`Sign in to the dashboard, once within 5 minutes: ${signInLink}\n`);
}
