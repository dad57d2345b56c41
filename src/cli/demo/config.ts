import { createServer } from 'node:net';
import { type Config, loadConfig } from '../../config.ts';
import { newSecret } from '../../organizations/key-secret.ts';

export interface DemoConfig {
  config: Config;
  apiKey: string;
  /** The default port if another program uses it, to tell the person; otherwise null. */
  takenPort: number | null;
}

/**
 * The configuration of the environment, changed for the demo: its own database (DATABASE_URL may be a real one) and pictures, its
 * own API key, a quiet log unless LOG_LEVEL is set, and another port if PORT is not set and the default one is taken.
 */
export async function demoConfig(env: NodeJS.ProcessEnv, dataDir: string): Promise<DemoConfig> {
  const apiKey = newSecret();
  const config = loadConfig({
    ...env,
    DATA_DIR: dataDir,
    DATABASE_URL: undefined,
    DATABASE_DIRECT_URL: undefined,
    // Pictures and GraphiQL are opened on this machine, whatever PUBLIC_URL says.
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
