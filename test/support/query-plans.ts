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
}

/** A connection whose statements are remembered, and what the planner makes of them. */
export function explainQueries({ pool }: TestDatabase): {
  db: Kysely<DB>;
  planOf(query: () => Promise<unknown>): Promise<QueryPlan>;
} {
  let observed: { sql: string; parameters: readonly unknown[] }[] = [];
  const db = new Kysely<DB>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => void observed.push(query),
  });
  return {
    db,
    async planOf(query) {
      observed = [];
      await query();
      if (observed.length === 0) throw new Error('The code ran no statement.');
      const nodes: PlanNode[] = [];
      for (const { sql, parameters } of observed) {
        if (sql === 'begin' || sql === 'commit') continue;
        const { rows } = await pool.query(`explain (format json) ${sql}`, [...parameters]);
        nodes.push(...flatten(rows[0]['QUERY PLAN'][0].Plan));
      }
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
