import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refusal } from '../refusal.ts';
import type { GatewayContext, ServerContext } from './context.ts';
import type { CostBudgets, ThrottleStatus } from './cost-budgets.ts';
import type { Metrics } from './metrics.ts';
import { operationCost } from './operation-cost.ts';

/** No plan allows more in one operation: about as many objects as an answer of ten megabytes holds. */
export const maxOperationCost = 50_000;

interface Cost {
  requestedQueryCost: number;
  /** null: it was not asked of the budget. */
  throttleStatus: ThrottleStatus | null;
}

type Args = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues' | 'contextValue'>;

/**
 * Takes the cost of an operation from its organisation's budget before it runs, over HTTP and WebSocket alike, and tells of
 * it in `extensions.cost`. A subscription pays once, when it opens.
 */
export function useOperationCost(budgets: CostBudgets, metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  /** What to tell of the cost, and the error that answers instead; null: who has no key reads the schema only, and pays nothing. */
  async function charge(args: Args): Promise<{ cost: Cost; error: GraphQLError | null } | null> {
    const { caller } = args.contextValue as GatewayContext;
    if (!caller) return null;
    const { schema, document, operationName, variableValues } = args;
    const requestedQueryCost = operationCost(schema, { document, operationName, variables: variableValues ?? {} });
    const most = Math.min(maxOperationCost, await budgets.limit(caller.organizationId));
    if (!(requestedQueryCost <= most))
      return { cost: { requestedQueryCost, throttleStatus: null }, error: tooCostly(requestedQueryCost, most) };
    const { status, waitMs } = await budgets.charge(caller.organizationId, requestedQueryCost);
    const error = waitMs === 0 ? null : throttled(requestedQueryCost, status, waitMs);
    return { cost: { requestedQueryCost, throttleStatus: status }, error };
  }

  async function begin(args: Args, answerInstead: (result: ExecutionResult) => void): Promise<Cost | null> {
    const charged = await charge(args);
    if (charged === null) return null;
    metrics.operationCost.inc(charged.error ? 0 : charged.cost.requestedQueryCost);
    if (charged.error) {
      metrics.operationErrors.inc({ code: String(charged.error.extensions.code) });
      answerInstead({ errors: [charged.error], extensions: { cost: charged.cost } });
    }
    return charged.cost;
  }

  return {
    async onExecute({ args, setResultAndStopExecution }) {
      const cost = await begin(args, setResultAndStopExecution);
      if (cost === null) return;
      return {
        onExecuteDone({ result, setResult }) {
          if (Symbol.asyncIterator in result) return;
          setResult({ ...result, extensions: { ...result.extensions, cost } });
        },
      };
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      await begin(args, setResultAndStopExecution);
    },
  };
}

function tooCostly(cost: number, most: number): GraphQLError {
  return refusal(
    'QUERY_TOO_COSTLY',
    `The operation costs ${cost}; at most ${most} is allowed in one. Ask for smaller pages, or for less in each entry.`,
  );
}

function throttled(cost: number, { currentlyAvailable }: ThrottleStatus, waitMs: number): GraphQLError {
  const seconds = Math.ceil(waitMs / 1000);
  return new GraphQLError(
    `The operation costs ${cost}, and ${currentlyAvailable} is left of what the organisation's plan allows in a minute. Try again in ${seconds} s.`,
    { extensions: { code: 'THROTTLED', http: { status: 429, headers: { 'retry-after': String(seconds) } } } },
  );
}
