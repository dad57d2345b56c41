import { once } from 'node:events';
import { createServer } from 'node:net';
import { type Check, ok, problem } from './finding.ts';

const notOurs = 'is not an address of this machine. Set HOST to one that is, or to 0.0.0.0 for all of them.';

const wayOut: Record<string, string> = {
  EADDRINUSE: 'is in use, perhaps by another Sightline. Stop the program that listens there, or set PORT.',
  EACCES: 'is reserved for privileged users. Set PORT to a port above 1023.',
  EADDRNOTAVAIL: notOurs,
  ENOTFOUND: notOurs,
};

/** Checks that the server can listen on HOST and PORT. */
export const checkPort: Check = async ({ host, port }) => {
  const address = `${host}:${port}`;
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return [ok('port', port === 0 ? `${host}: a free port will be used` : `${address} is free`)];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return [problem('port', `${address} ${wayOut[code ?? ''] ?? `cannot be used: ${message}`}`)];
  } finally {
    server.close();
  }
};
