import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Check, ok, problem } from './finding.ts';

const wayOut: Record<string, string> = {
  EADDRINUSE: 'is in use. Stop what listens there, a Sightline that runs already perhaps, or set PORT.',
  EACCES: 'is not for this user. Set PORT to one above 1023.',
  EADDRNOTAVAIL: 'is no address of this machine. Set HOST to one, 0.0.0.0 for all.',
  ENOTFOUND: 'is no address of this machine. Set HOST to one, 0.0.0.0 for all.',
};

/** HOST and PORT can be listened on. */
export const checkPort: Check = async ({ host, port }) => {
  const address = `${host}:${port}`;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return [ok('port', port === 0 ? `${host}: a free one is taken` : `${address} is free`)];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [problem('port', `${address} ${wayOut[code ?? ''] ?? `cannot be listened on: ${message}`}`)];
  } finally {
    server.close();
  }
};
