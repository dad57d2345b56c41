import { startChild } from './child.ts';
import type { ToEchoClient } from './echo-client-process.ts';

/** A bare `ws` server and its clients in another process. @returns measures: milliseconds there and back of each message. */
export async function startEcho(
  started: AsyncDisposableStack,
): Promise<(load: Omit<ToEchoClient, 'port'>) => Promise<number[]>> {
  const server = startChild<'start', number>(started, './echo-server-process.ts');
  server.send('start');
  const port = await server.next();
  const client = startChild<ToEchoClient, number[]>(started, './echo-client-process.ts');
  return (load) => {
    client.send({ port, ...load });
    return client.next();
  };
}
