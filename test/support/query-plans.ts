import { Kysely, PostgresDialect } from 'kysely';
import type { DB } from '../../src/database/types.generated.ts';
import type { TestDatabase } from './database.ts';

/** How the database runs the statements of a piece of code. */
export interface QueryPlan {
  /** The indexes that they go by. */
  indexes: string[];
  /** The tables that they read from end to end. */
  scanned: string[];
  /** The tables that they read in any way. */
  tables: string[];
  sorted: boolean;
  /** The most rows that are expected to be sorted at once; 0: none. */
  sortedRows: number;
}

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Plan Rows': number;
  Plans?: PlanNode[];
  /** With those of the nodes below it. */
  'Shared Hit Blocks'?: number;
  'Shared Read Blocks'?: number;
}

/** A connection whose statements are remembered, and what the planner makes of them. */
export function explainQueries({ pool }: TestDatabase): {
  db: Kysely<DB>;
  planOf(query: () => Promise<unknown>): Promise<QueryPlan>;
  /** How many pages of tables and indexes the statements touch, in memory or not. They only read: each is executed twice. */
  pagesOf(query: () => Promise<unknown>): Promise<number>;
} {
  let observed: { sql: string; parameters: readonly unknown[] }[] = [];
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void observed.push(query),
  });
  /** The plan of each statement. */
  async function explain(query: () => Promise<unknown>, options: string): Promise<PlanNode[]> {
    observed = [];
    await query();
    if (observed.length === 0) throw new Error('The code ran no statement.');
    const plans: PlanNode[] = [];
    for (const { sql, parameters } of observed) {
      if (sql === 'begin' || sql === 'commit') continue;
      const { rows } = await pool.query(`explain (format json${options}) ${sql}`, [...parameters]);
      plans.push(rows[0]['QUERY PLAN'][0].Plan);
    }
    return plans;
  }
  return {
    db,
    async pagesOf(query) {
      const plans = await explain(query, ', analyze, buffers');
      return plans.reduce((sum, plan) => sum + plan['Shared Hit Blocks']! + plan['Shared Read Blocks']!, 0);
    },
    async planOf(query) {
      const nodes = (await explain(query, '')).flatMap(flatten);
      // An incremental sort sorts only entries that are equal by an index.
      const sorts = nodes.filter((node) => node['Node Type'] === 'Sort');
      return {
        indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
        scanned: nodes.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name']!),
        tables: [...new Set(nodes.flatMap((node) => node['Relation Name'] ?? []))].sort(),
        sorted: sorts.length > 0,
        sortedRows: Math.max(0, ...sorts.map((node) => node.Plans?.[0]?.['Plan Rows'] ?? node['Plan Rows'])),
      };
    },
  };
}

function flatten(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)];
}
