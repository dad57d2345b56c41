import type { LoadedPipeline } from '../models/load-pipelines.ts';
import type { ValidationIssue } from '../user-error.ts';
import type { TaskColumns } from './task-writes.repository.ts';
import type { TaskRow } from './tasks.repository.ts';

/** Options that only the search for products has an effect of, with their columns. */
const productOptions = {
  computeRealogram: 'compute_realogram',
  computeShares: 'compute_shares',
  findGaps: 'find_gaps',
  readCodes: 'read_codes',
  learning: 'learning',
  currency: 'currency',
} as const satisfies Record<string, keyof TaskColumns>;

type ProductOption = keyof typeof productOptions;

/**
 * Options that are set although the task finds no products: a client that sets one expects an effect. Those that were set before
 * are looked at if the request changes the pipeline.
 *
 * @param given the fields of the request
 * @param columns of the task, with these fields
 * @param pipeline null: it is not installed, which is reported separately
 */
export function idleProductOptions(
  given: Partial<Record<ProductOption | 'pipeline', unknown>>,
  columns: Pick<TaskColumns, (typeof productOptions)[ProductOption]>,
  type: TaskRow['type'],
  pipeline: LoadedPipeline | null,
): ValidationIssue[] {
  const finder = productless(type, pipeline);
  if (finder === null) return [];
  const isSet = (option: ProductOption) => Boolean(columns[productOptions[option]]);
  const asked = (Object.keys(productOptions) as ProductOption[]).filter(
    (option) => given[option] !== undefined || (given.pipeline !== undefined && type === 'DETECTION'),
  );
  return asked.filter(isSet).map((option) => ({
    path: [given[option] === undefined ? 'pipeline' : option],
    message: `${finder} finds no products, so ${option} has no effect. Omit it, or set it to ${option === 'currency' ? 'null' : 'false'}.`,
  }));
}

/** What finds no products; null: the task does. */
function productless(type: TaskRow['type'], pipeline: LoadedPipeline | null): string | null {
  if (type !== 'DETECTION') return `A ${type} task`;
  return pipeline && pipeline.kind !== 'PRODUCTS' ? `The pipeline ${pipeline.key}` : null;
}
