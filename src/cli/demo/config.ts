import { createServer } from 'node:net';
import { type Config, loadConfig } from '../../config.ts';
import { newSecret } from '../../organizations/key-secret.ts';

export interface DemoConfig {
  config: Config;
  apiKey: string;
  /** The usual port when another program has it, so that the person can be told; else null. */
  takenPort: number | null;
}

/**
 * The environment's configuration with what the demo decides: a database of its own (DATABASE_URL may be somebody's real
 * one) and pictures beside it, an API key that is its own, a quiet log unless LOG_LEVEL asks for more, and another port when nobody asked for one
 * and the usual one is taken.
 */
export async function demoConfig(env: NodeJS.ProcessEnv, dataDir: string): Promise<DemoConfig> {
  const apiKey = newSecret();
  const config = loadConfig({
    ...env,
    DATA_DIR: dataDir,
    DATABASE_URL: undefined,
    DATABASE_DIRECT_URL: undefined,
    // Pictures and GraphiQL are reached on this machine, whatever a server of the same environment is published as.
    PUBLIC_URL: undefined,
    BLOB_STORE: undefined,
    UPLOADS_DIRECT: undefined,
    BOOTSTRAP_API_KEY: apiKey,
    LOG_LEVEL: env.LOG_LEVEL?.trim() || 'warn',
  });
  const portIsTheirs = Boolean(env.PORT?.trim());
  if (portIsTheirs || (await isFree(config.port, config.host))) return { config, apiKey, takenPort: null };
  return { config: { ...config, port: 0 }, apiKey, takenPort: config.port };
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else
        reject(
          new Error(`The demo cannot listen on ${host}: ${error.message}. Set HOST to an address of this machine.`),
        );
    });
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}
