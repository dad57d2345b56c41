import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serveParent } from './child.ts';

/**
 * PostGraphile with its amber preset over all tables, as its documentation starts it in a program. It is installed in a folder of its
 * own, so its modules are untyped here.
 */
export interface ToPostGraphile {
  /** The folder whose node_modules contains postgraphile. */
  folder: string;
  databaseUrl: string;
}

/** The part of the modules that is used. */
interface Modules {
  postgraphile(preset: object): { createServ(grafserv: unknown): { addTo(server: unknown): Promise<void> } };
  PostGraphileAmberPreset: object;
  makePgService(options: { connectionString: string; schemas: string[] }): object;
  grafserv: unknown;
}

serveParent<ToPostGraphile, { url: string }>(async ({ folder, databaseUrl }) => {
  const require = createRequire(join(folder, 'package.json'));
  const modules: Modules = {
    ...require('postgraphile'),
    ...require('postgraphile/presets/amber'),
    ...require('postgraphile/adaptors/pg'),
    ...require('postgraphile/grafserv/node'),
  };
  const instance = modules.postgraphile({
    extends: [modules.PostGraphileAmberPreset],
    pgServices: [modules.makePgService({ connectionString: databaseUrl, schemas: ['public'] })],
    grafserv: { graphqlPath: '/graphql', websockets: false, watch: false },
  });
  const server = createServer();
  await instance.createServ(modules.grafserv).addTo(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
});
