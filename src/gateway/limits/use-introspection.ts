import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Config } from '../../config.ts';
import { refusal } from '../../refusal.ts';
import { missingKey } from '../authentication/authenticate.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { introspectionBytes, maxIntrospectionBytes } from './introspection.ts';

/**
 * Allows introspection to those for whom INTROSPECTION permits it, and limits the response, with and without a key: it is produced
 * in one synchronous step, during which no other request is served.
 */
export function useIntrospection(
  { introspection }: Pick<Config, 'introspection'>,
  metrics: Metrics,
): Plugin<GatewayContext, ServerContext> {
  return {
    onExecute({ args }) {
      const context = args.contextValue as GatewayContext;
      const bytes = introspectionOf(args);
      context.introspectionBytes = bytes;
      if (bytes === 0) return;
      if (introspection === 'off')
        throw refusal('FORBIDDEN', 'Introspection is disabled on this server (INTROSPECTION=off).');
      if (introspection === 'key' && context.caller === null) throw missingKey();
      if (bytes <= maxIntrospectionBytes) return;
      metrics.limitsBroken.inc({ limit: 'introspection' });
      const error = refusal(
        'QUERY_TOO_COSTLY',
        `The introspection response would be larger than ${maxIntrospectionBytes} bytes, several times the whole schema. Select each part of the schema once.`,
      );
      error.extensions.limit = 'introspection';
      throw error;
    },
  };
}

function introspectionOf({ schema, document, operationName, variableValues }: ExecutionArgs): number {
  return introspectionBytes(schema, { document, operationName, variables: variableValues ?? {} });
}
