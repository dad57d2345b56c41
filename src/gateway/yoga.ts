import type { GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Callers } from '../organizations/callers.ts';
import { getPlan } from '../organizations/organizations.repository.ts';
import type { Resources } from '../resources.ts';
import { useAuthentication } from './authentication/use-authentication.ts';
import { buildContext, type GatewayContext, type ServerContext } from './context.ts';
import { useCsrfPrevention } from './http/use-csrf-prevention.ts';
import { useLiveStreams } from './http/use-live-streams.ts';
import { usePartialStatus } from './http/use-partial-status.ts';
import { useRequestBody } from './http/use-request-body.ts';
import { useStreamFormat } from './http/use-stream-format.ts';
import { CostBudgets } from './limits/cost-budgets.ts';
import { useIntrospection } from './limits/use-introspection.ts';
import { useOperationCost } from './limits/use-operation-cost.ts';
import { useOperationLimits } from './limits/use-operation-limits.ts';
import { useSubscriptionLimit } from './limits/use-subscription-limit.ts';
import type { Metrics } from './monitoring/metrics.ts';
import type { ErrorMask } from './operations/mask-errors.ts';
import { createDocumentCaches, parseOperation } from './operations/parse-operation.ts';
import { useIdempotencyKey } from './operations/use-idempotency-key.ts';
import { useMutationLog } from './operations/use-mutation-log.ts';
import { useOpeningCursor } from './operations/use-opening-cursor.ts';
import { useOperationMetrics } from './operations/use-operation-metrics.ts';
import { useOperationSpans } from './operations/use-operation-spans.ts';
import { usePersistedQueries } from './operations/use-persisted-queries.ts';
import { meterSchema } from './responses/meter-schema.ts';
import type { ResponseMemory } from './responses/response-size.ts';
import { useBoundedExecution } from './responses/use-bounded-execution.ts';
import { useCompression } from './responses/use-compression.ts';
import type { LiveConnections } from './sockets/live-connections.ts';
import { useDirectStreams } from './sockets/use-direct-streams.ts';

const maxBatchedOperations = 10;

export type Yoga = YogaServerInstance<ServerContext, Context>;

export interface YogaParts {
  app: Resources;
  schema: GraphQLSchema;
  callers: Callers;
  live: LiveConnections;
  metrics: Metrics;
  mask: ErrorMask;
  /** For responses of this process. */
  memory: ResponseMemory;
  /** How long a query may take. */
  queryDeadlineMs: number;
}

/** GraphQL over HTTP; WebSocket runs its operations through the same plugins (`getEnveloped`). */
export function createGraphQL({ app, schema, callers, live, metrics, mask, memory, queryDeadlineMs }: YogaParts): Yoga {
  const { config, logger } = app;
  meterSchema(schema);
  const budgets = new CostBudgets(
    async (organizationId) => (await getPlan(app.db, organizationId)).requestCostPerMinute,
  );
  const plugins: Plugin<GatewayContext, ServerContext>[] = [
    { onParse: ({ setParseFn }) => setParseFn(parseOperation) },
    // Before the key is looked up, so that requests triggered by a foreign page cost no more than this.
    useCsrfPrevention(),
    useAuthentication({ callers, logger }),
    useRequestBody(config, schema, metrics),
    usePersistedQueries(),
    useOperationLimits(metrics),
    useIntrospection(config, metrics),
    // Before anything else queries the database.
    useOperationCost(budgets, metrics),
    useOpeningCursor(),
    useIdempotencyKey(),
    usePartialStatus(),
    useMutationLog(logger),
    useOperationMetrics(metrics),
    useBoundedExecution({ maxResponseBytes: config.maxResponseBytes, memory, queryDeadlineMs }, { metrics, mask }),
    useStreamFormat(),
    useCompression(),
    useLiveStreams(live),
    useSubscriptionLimit(metrics),
    useDirectStreams(),
    // Last, so that it contains what the others do around the execution.
    ...(config.traces === null ? [] : [useOperationSpans()]),
  ];
  return createYoga<ServerContext, Context>({
    schema,
    context: (initial) => buildContext(app, initial),
    plugins: plugins as Plugin[],
    graphqlEndpoint: '/graphql',
    // The server has its own route for it, which renders the 9 MB page once.
    graphiql: false,
    landingPage: false,
    // Yoga has one limit for all kinds of bodies; useRequestBody has several.
    maxRequestBodySize: false,
    multipart: false,
    parserAndValidationCache: createDocumentCaches(),
    batching: { limit: maxBatchedOperations },
    // The route does this for all paths. By default, Yoga allows every origin, with credentials.
    cors: false,
    maskedErrors: { maskError: mask, isDev: false },
    // Unexpected errors are logged where they are masked, with the id that the client gets.
    logging: false,
  });
}
