import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';

/** The way out: names to addresses, addresses to connections. An argument, so that tests need neither DNS nor internet. */
export interface FetchNetwork {
  /** All addresses of a name, in the order in which to try them. Rejects when there are none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Begins a connection to exactly this address; `connect` or `error` follows. */
  connect(address: string, port: number): Socket;
}

/** The system's resolver and TCP, past any proxy of the environment: with one, the address checked is not the one reached. */
export const systemNetwork: FetchNetwork = {
  async resolve(host) {
    const found = await lookup(host, { all: true });
    return found.map(({ address }) => address);
  },
  connect: (address, port) => connect({ host: address, port, autoSelectFamily: false }),
};
