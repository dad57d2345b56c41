import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { FetchNetwork } from '../../src/fetching/network.ts';

/** Names, addresses and the internet behind them: a server on loopback. */
export interface TestInternet {
  /** For what fetches. */
  network: FetchNetwork;
  /** What its server answers by path; 404 for all others. */
  answers: Map<string, RequestListener>;
  /** Where connections went: `address:port`. */
  connections: string[];
  close(): void;
}

/** @param names their addresses; other names do not exist */
export async function startTestInternet(names: Record<string, string>): Promise<TestInternet> {
  const answers = new Map<string, RequestListener>();
  const connections: string[] = [];
  const server = createServer((req, res) => {
    const answer = answers.get(req.url!);
    if (answer) answer(req, res);
    else res.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    answers,
    connections,
    network: {
      async resolve(host) {
        if (!names[host]) throw new Error('not found');
        return [names[host]];
      },
      connect(address, to) {
        connections.push(`${address}:${to}`);
        return connect({ host: '127.0.0.1', port });
      },
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
