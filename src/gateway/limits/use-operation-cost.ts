import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { CostBudgets, type ThrottleStatus } from './cost-budgets.ts';
import { introspectionCost, operationCost } from './operation-cost.ts';

/** No plan allows more in one operation: about as many objects as an answer of ten megabytes holds. */
export const maxOperationCost = 50_000;

/** What all operations without a key may cost in a minute together: the whole schema 70 times, some 3 s of computing. */
const keylessCostPerMinute = 2_000;

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
  const keylessBudget = new CostBudgets(async () => keylessCostPerMinute);

  async function charge(args: Args): Promise<{ cost: Cost; error: GraphQLError | null }> {
    const { caller, introspectionBytes = 0 } = args.contextValue as GatewayContext;
    const { schema, document, operationName, variableValues } = args;
    const requestedQueryCost =
      operationCost(schema, { document, operationName, variables: variableValues ?? {} }) +
      introspectionCost(introspectionBytes);
    // Who has no key reads the schema only, from a budget that nobody else's operations need.
    const [payer, organizationId] = caller ? [budgets, caller.organizationId] : [keylessBudget, 'keyless'];
    const most = Math.min(maxOperationCost, await payer.limit(organizationId));
    if (!(requestedQueryCost <= most))
      return { cost: { requestedQueryCost, throttleStatus: null }, error: tooCostly(requestedQueryCost, most) };
    const { status, waitMs } = await payer.charge(organizationId, requestedQueryCost);
    const whose = caller ? "the organisation's plan allows" : 'operations without an API key may cost';
    const error = waitMs === 0 ? null : throttled(requestedQueryCost, status, waitMs, whose);
    return { cost: { requestedQueryCost, throttleStatus: status }, error };
  }

  /** What to tell of the cost; null: nothing. */
  async function begin(args: Args, answerInstead: (result: ExecutionResult) => void): Promise<Cost | null> {
    const charged = await charge(args);
    metrics.operationCost.inc(charged.error ? 0 : charged.cost.requestedQueryCost);
    if (charged.error) {
      metrics.operationErrors.inc({ code: String(charged.error.extensions.code) });
      answerInstead({ errors: [charged.error], extensions: { cost: charged.cost } });
    }
    // Who has no key has no budget to plan with.
    return (args.contextValue as GatewayContext).caller ? charged.cost : null;
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
    `The operation costs ${cost}; a single operation may cost at most ${most}. Request smaller pages, or fewer fields per entry.`,
  );
}

function throttled(cost: number, { currentlyAvailable }: ThrottleStatus, waitMs: number, whose: string): GraphQLError {
  const seconds = Math.ceil(waitMs / 1000);
  return new GraphQLError(
    `The operation costs ${cost}; ${currentlyAvailable} is left of what ${whose} per minute. Retry in ${seconds} s.`,
    { extensions: { code: 'THROTTLED', http: { status: 429, headers: { 'retry-after': String(seconds) } } } },
  );
}
