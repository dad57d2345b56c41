import type { Events } from '../../events/events.ts';
import type { LiveConnections } from '../sockets/live-connections.ts';
import type { WebSockets } from '../sockets/websocket.ts';
import type { GaugeSource } from './metrics.ts';

/** What is open at the moment, and the state of the event log. `sockets` is called when /metrics is requested. */
export function gatewayGauges(parts: {
  live: LiveConnections;
  sockets: () => WebSockets;
  events: Pick<Events, 'stats'>;
}): GaugeSource[] {
  const { live, sockets, events } = parts;
  return [
    { name: 'websockets', help: 'WebSockets open.', read: () => sockets().count() },
    {
      name: 'websocket_operations',
      help: 'Operations running on WebSockets.',
      read: () => sockets().countOperations(),
    },
    { name: 'http_streams', help: 'Streams open over HTTP.', read: () => live.connections.size - sockets().count() },
    { name: 'event_subscribers', help: 'Subscriptions to the event log.', read: () => events.stats().subscribers },
    { name: 'events_in_memory', help: 'Events kept for streams that resume.', read: () => events.stats().ringEvents },
    { name: 'events_read', help: 'Events read from the log.', read: () => events.stats().eventsRead },
    {
      name: 'event_queue_overflows',
      help: 'Times that a subscriber was too slow for its queue and continued to read from memory.',
      read: () => events.stats().queueOverflows,
    },
    {
      name: 'events_too_slow',
      help: 'Streams that were told to resync because they were too slow.',
      read: () => events.stats().tooSlow,
    },
    {
      name: 'events_horizon_lag_seconds',
      help: 'How long the oldest event has waited for a slower transaction; above 2, a transaction stays open.',
      read: () => events.stats().horizonLagSeconds,
    },
  ];
}
