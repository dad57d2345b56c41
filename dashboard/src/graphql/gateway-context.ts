import { createContext, useContext } from 'react';
import type { Gateway } from './client.ts';

export const GatewayContext = createContext<Gateway | null>(null);

/** The connection of whoever is signed in. */
export function useGateway(): Gateway {
  const gateway = useContext(GatewayContext);
  if (gateway === null) throw new Error('useGateway works within Dashboard only.');
  return gateway;
}
