import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface PathProxy {
  /** Ends with a slash. */
  url: string;
  close(): Promise<void>;
}

/**
 * A reverse proxy as in front of many things: what is below `path` goes to the server at `target`, without that path.
 * @param losesAnswer whether the connection of a request breaks off when its answer is there. Default: never
 */
export async function startPathProxy(
  target: string,
  path: string,
  losesAnswer: (req: IncomingMessage) => boolean = () => false,
): Promise<PathProxy> {
  const { hostname, port } = new URL(target);
  const inner = (url = '') => (url.startsWith(path) ? url.slice(path.length - 1) : null);
  const server = createServer((req, res) => {
    const at = inner(req.url);
    if (at === null) return void res.writeHead(404).end();
    const forwarded = request({ hostname, port, path: at, method: req.method, headers: req.headers }, (answer) => {
      if (losesAnswer(req)) return void res.destroy();
      res.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(res);
    });
    req.pipe(forwarded);
  });
  server.on('upgrade', (req, near) => {
    const far = connect(Number(port), hostname);
    const headers = Object.entries(req.headers).map(([name, value]) => `${name}: ${value}\r\n`);
    far.write(`GET ${inner(req.url)} HTTP/1.1\r\n${headers.join('')}\r\n`);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => far.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
