import { LRUCache } from 'lru-cache';

/** Organisations remembered at a time. */
const rememberedBudgets = 10_000;
/** How long a plan is cached. */
const planCacheMs = 10_000;
const minuteMs = 60_000;

/** Shopify's shape, which clients know: `extensions.cost.throttleStatus`. Cost restored in a second is `restoreRate`. */
export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

export interface Charge {
  status: ThrottleStatus;
  /** 0: the cost was charged. Otherwise nothing was, and the budget will suffice after this time, unless other operations use it. */
  waitMs: number;
}

interface Budget {
  available: number;
  atMs: number;
}

/**
 * What organisations may still spend on operations: each has a bucket with the cost of a minute that refills evenly. It is kept in
 * the memory of this process, so n processes allow up to n times as much: an exact budget would need a write to the database for
 * every operation.
 */
export class CostBudgets {
  /** After a minute without a request a bucket is full and can be forgotten. */
  readonly #budgets = new LRUCache<string, Budget>({ max: rememberedBudgets, ttl: minuteMs, updateAgeOnGet: true });
  readonly #costPerMinute: LRUCache<string, number>;

  /** @param readCostPerMinute what the organisation's plan allows */
  constructor(readCostPerMinute: (organizationId: string) => Promise<number>) {
    this.#costPerMinute = new LRUCache({ max: rememberedBudgets, ttl: planCacheMs, fetchMethod: readCostPerMinute });
  }

  /** The cost that operations may have in a minute, and the most that one may cost. */
  limit(organizationId: string): Promise<number> {
    return this.#costPerMinute.forceFetch(organizationId);
  }

  /** Charges the cost, all of it or nothing. `nowMs` is of performance.now(). */
  async charge(organizationId: string, cost: number, nowMs = performance.now()): Promise<Charge> {
    const maximum = await this.limit(organizationId);
    const perMs = maximum / minuteMs;
    const budget = this.#budgets.get(organizationId) ?? { available: maximum, atMs: nowMs };
    const elapsedMs = Math.max(0, nowMs - budget.atMs);
    budget.available = Math.min(maximum, budget.available + elapsedMs * perMs);
    budget.atMs = Math.max(nowMs, budget.atMs);
    const missing = Math.max(0, cost - budget.available);
    if (missing === 0) budget.available -= cost;
    this.#budgets.set(organizationId, budget);
    const status = {
      maximumAvailable: maximum,
      currentlyAvailable: Math.floor(budget.available),
      restoreRate: Math.round(maximum / 60),
    };
    return { status, waitMs: missing / perMs };
  }
}
