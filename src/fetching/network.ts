import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';

/** Access to the network: resolves names and opens connections. Passed as an argument, so that tests need neither DNS nor internet. */
export interface FetchNetwork {
  /** All addresses of a name, in the order in which to try them. Rejects if there are none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Begins a connection to exactly this address; `connect` or `error` follows. */
  connect(address: string, port: number): Socket;
}

/**
 * The system's resolver and TCP, without any proxy of the environment: with a proxy, the checked address would not be the one that
 * is reached.
 */
export const systemNetwork: FetchNetwork = {
  async resolve(host) {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  connect: (address, port) => connect({ host: address, port, autoSelectFamily: false }),
};
