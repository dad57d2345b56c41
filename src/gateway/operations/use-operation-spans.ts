import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { inSpan } from '../../tracing/tracing.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import { rootSelection } from './operation.ts';

type Run = (args: ExecutionArgs) => unknown;

/**
 * A span for each operation, on both transports: over HTTP within that of its request. One of a subscription ends when its stream is open.
 * It has no name or text of the operation, which clients choose.
 */
export function useOperationSpans(): Plugin<GatewayContext, ServerContext> {
  const traced =
    (run: Run): Run =>
    (args) => {
      const transport = (args.contextValue as GatewayContext).res ? 'http' : 'ws';
      const type = rootSelection(args.document, args.operationName)?.type ?? 'unknown';
      const attributes = { 'graphql.operation.type': type, 'sightline.transport': transport };
      const kind = transport === 'http' ? 'INTERNAL' : 'SERVER';
      return inSpan(`graphql ${type}`, { kind, attributes }, async () => run(args));
    };
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(traced(executeFn as Run)),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(traced(subscribeFn as Run)),
  };
}
