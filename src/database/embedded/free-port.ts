import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** The preferred port if it is free on 127.0.0.1, otherwise another that is free right now. */
export async function findFreePort(preferred?: number): Promise<number> {
  if (preferred && (await tryPort(preferred)) !== null) return preferred;
  const port = await tryPort(0);
  if (port === null)
    throw new Error('No free port was found on 127.0.0.1. Look for a process that uses thousands of ports.');
  return port;
}

async function tryPort(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE' || code === 'EACCES') return null;
    throw error;
  } finally {
    server.close();
  }
}
