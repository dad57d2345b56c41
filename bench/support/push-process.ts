import { serveParent } from './child.ts';
import { openPushGateway, openPushParts } from './push-parts.ts';
import { type Commit, makeStatusChanges } from './status-changes.ts';

/**
 * What stands behind the subscriptions of the push bench: the gateway, or what commits changes, or both in one process as in
 * `start`. It never is the client.
 */
export interface PushProcessOptions {
  databaseUrl: string;
  dataDir: string;
  withGateway: boolean;
}

export type ToPushProcess =
  | ({ type: 'init' } & PushProcessOptions)
  | { type: 'change'; analysisIds: string[]; changesPerSecond: number };

export type FromPushProcess = { type: 'ready'; url: string } | { type: 'changed'; commits: Commit[] };

let parts: Awaited<ReturnType<typeof openPushParts>>;
let gateway: Awaited<ReturnType<typeof openPushGateway>> | null = null;

serveParent<ToPushProcess, FromPushProcess>(
  async (message) => {
    if (message.type === 'change')
      return {
        type: 'changed',
        commits: await makeStatusChanges(parts, message.analysisIds, message.changesPerSecond),
      };
    parts = await openPushParts(message.databaseUrl);
    if (message.withGateway) gateway = await openPushGateway(parts, message.dataDir);
    return { type: 'ready', url: gateway?.url ?? '' };
  },
  async () => {
    await gateway?.close();
    await parts.close();
  },
);
