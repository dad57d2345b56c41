import { loadConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { type Role, type Sightline, startSightline } from '../server.ts';
import { sameKeyPressMs } from './same-key-press.ts';

/** Runs one role until a signal comes, then stops in order; a second signal stops at once. */
export async function serve(role: Role, announce: (sightline: Sightline) => void): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, format: config.logFormat });
  const signal = firstSignal();
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

/** What a server says on stdout when clients can come: the first line of it once, for whoever keeps the key. */
export function announceServer({ url, firstApiKey }: Sightline): void {
  if (firstApiKey) process.stdout.write(`API key, shown this once: ${firstApiKey}\n`);
  process.stdout.write(`sightline ready at ${url}\n`);
}

/** Settles with the first signal; a later one ends the process at once. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | null = null;
    const handle = (name: NodeJS.Signals) => {
      if (firstAt === null) firstAt = performance.now();
      else if (performance.now() - firstAt > sameKeyPressMs) process.exit(1);
      resolve(name);
    };
    process.on('SIGINT', handle).on('SIGTERM', handle);
  });
}
