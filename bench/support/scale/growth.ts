import type { Action, Measured } from './measure.ts';

/** The same action at each share of the full size, the smallest first. */
export interface Growth {
  what: string;
  /** See {@link Action}. */
  fullStep: Action['fullStep'];
  measured: readonly Measured[];
}

/** Of pages from the last share but one to the full size: whatever takes more than this grows faster than log n. */
const mostGrowth = 2;
/** A plan for a larger table may touch a few pages more without growing any further. */
const fewPages = 60;

/**
 * By pages, not by time: time depends on what else the machine does. Equal work is compared: a list that returns more rows at the full size,
 * because its page was not full before, may touch as many times more pages.
 */
export function growsFast({ measured, fullStep }: Growth): boolean {
  if (fullStep) return measured.at(-1)!.pages > fullStep.rows * fullStep.pagesOfRow;
  const [before, full] = measured.slice(-2) as [Measured, Measured];
  const comparable = before.pages * Math.max(1, rowsOf(full) / rowsOf(before));
  return full.pages > comparable * mostGrowth && full.pages > comparable + fewPages;
}

function rowsOf({ rows }: Measured): number {
  return Math.max(1, rows ?? 1);
}

/** Columns of text, of equal width. */
export function growthTable(shares: readonly number[], rows: readonly Growth[]): string[] {
  const heads = shares.map((share) => `${share * 100} %`);
  const table = [
    [
      '',
      ...heads.map((head) => `ms at ${head}`),
      'slowest',
      'ratio',
      ...heads.map((head) => `pages at ${head}`),
      'rows',
      '',
    ],
    ...rows.map((row) => {
      const { measured } = row;
      const [first, last] = [measured[0]!, measured.at(-1)!];
      return [
        row.what,
        ...measured.map(({ medianMs }) => medianMs.toFixed(1)),
        last.slowestMs.toFixed(1),
        (last.medianMs / first.medianMs).toFixed(1),
        ...measured.map(({ pages }) => String(pages)),
        measured.map(({ rows }) => rows ?? '-').join(' '),
        growsFast(row) ? 'GROWS' : row.fullStep ? 'full step' : '',
      ];
    }),
  ];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  return table.map((cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}
