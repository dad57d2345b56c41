import { type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Caller } from '../../context.ts';
import { refusal } from '../../refusal.ts';
import type { GatewayContext, ServerContext } from '../context.ts';
import type { Metrics } from '../monitoring/metrics.ts';
import { CostBudgets, type ThrottleStatus } from './cost-budgets.ts';
import { introspectionCost, operationCost } from './operation-cost.ts';

/** No plan allows more in one operation: about as many objects as fit into a response of ten megabytes. */
export const maxOperationCost = 50_000;

/** What all operations without a key together may cost in a minute: the whole schema 70 times, about 3 s of processor time. */
export const keylessCostPerMinute = 2_500;

/** What all visitors of one link to an analysis together may cost in a minute: the dashboard's page about 75 times. */
export const linkCostPerMinute = 5_000;

interface Cost {
  requestedQueryCost: number;
  /** null: it was not charged to the budget. */
  throttleStatus: ThrottleStatus | null;
}

type Args = Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues' | 'contextValue'>;

/**
 * Charges the cost of an operation to the budget of its organisation (or of its link) before it runs, over HTTP and WebSocket, and reports it in
 * `extensions.cost`. A subscription is charged once, when it opens.
 */
export function useOperationCost(budgets: CostBudgets, metrics: Metrics): Plugin<GatewayContext, ServerContext> {
  const keylessBudget = new CostBudgets(async () => keylessCostPerMinute);
  const linkBudgets = new CostBudgets(async () => linkCostPerMinute);

  /** Whose budget pays. Strangers, with a link or without anything, cannot use up that of an organisation. */
  function payerOf(caller: Caller | null): { budgets: CostBudgets; id: string; whose: string } {
    if (caller === null)
      return { budgets: keylessBudget, id: 'keyless', whose: 'operations without an API key may cost' };
    if (caller.session?.analysisId != null)
      return { budgets: linkBudgets, id: caller.session.tokenId, whose: 'operations with this link may cost' };
    return { budgets, id: caller.organizationId, whose: "the organisation's plan allows" };
  }

  async function charge(args: Args): Promise<{ cost: Cost; error: GraphQLError | null }> {
    const { caller, introspectionBytes = 0 } = args.contextValue as GatewayContext;
    const { schema, document, operationName, variableValues } = args;
    const requestedQueryCost =
      operationCost(schema, { document, operationName, variables: variableValues ?? {} }) +
      introspectionCost(introspectionBytes);
    const payer = payerOf(caller);
    const most = Math.min(maxOperationCost, await payer.budgets.limit(payer.id));
    if (!(requestedQueryCost <= most))
      return { cost: { requestedQueryCost, throttleStatus: null }, error: tooCostly(requestedQueryCost, most) };
    const { status, waitMs } = await payer.budgets.charge(payer.id, requestedQueryCost);
    const error = waitMs === 0 ? null : throttled(requestedQueryCost, status, waitMs, payer.whose);
    return { cost: { requestedQueryCost, throttleStatus: status }, error };
  }

  /** What to report about the cost; null: nothing. */
  async function begin(args: Args, answerInstead: (result: ExecutionResult) => void): Promise<Cost | null> {
    const charged = await charge(args);
    metrics.operationCost.inc(charged.error ? 0 : charged.cost.requestedQueryCost);
    if (charged.error) {
      metrics.operationErrors.inc({ code: String(charged.error.extensions.code) });
      answerInstead({ errors: [charged.error], extensions: { cost: charged.cost } });
    }
    // Clients without a key have no budget of their own.
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
