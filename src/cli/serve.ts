import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { type Role, type Sightline, startSightline } from '../server.ts';

/** Runs one role until a signal comes, then stops in order; a second signal stops at once. */
export async function serve(role: Role, announce: (sightline: Sightline) => void): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const signal = nextSignal();
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
  const name = await signal;
  // Before anybody is told: without a listener a signal kills, with another exit code.
  nextSignal().then(() => process.exit(1));
  logger.info({ signal: name, graceSeconds: config.shutdownGraceSeconds }, 'Stopping; once more to stop at once.');
  await sightline.close();
}

/** What a server says on stdout when clients can come: the first line of it once, for whoever keeps the key. */
export function announceServer({ url, firstApiKey }: Sightline): void {
  if (firstApiKey) process.stdout.write(`API key, shown this once: ${firstApiKey}\n`);
  process.stdout.write(`sightline ready at ${url}\n`);
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const handle = (name: NodeJS.Signals) => {
      process.off('SIGINT', handle).off('SIGTERM', handle);
      resolve(name);
    };
    process.on('SIGINT', handle).on('SIGTERM', handle);
  });
}
