import type { Outcome } from '../../../recognition/evaluation/outcome.ts';

/** How boxes of one kind are drawn. Widths and lengths are parts of the picture's longer side. */
export interface Look {
  title: string;
  colour: string;
  /** Below the line, so that it is visible on any picture. */
  casing: string;
  width: number;
  /** Length of a dash and of the gap after it; null: a line without gaps. */
  dash: number | null;
  /** Also draws the diagonals. */
  isCrossed: boolean;
}

/**
 * Blue, yellow and vermilion of the palette of Okabe and Ito, which people with any kind of colour vision can distinguish, each
 * with its own line style for prints without colours. Found boxes are thin, because one looks for the others. Later ones are drawn
 * on top.
 */
export const looks: readonly (Look & { kind: keyof Outcome })[] = [
  {
    ...{ kind: 'ignored', title: 'ignored', colour: '#ffffff', casing: '#404040' },
    ...{ width: 1 / 900, dash: 1 / 300, isCrossed: false },
  },
  {
    ...{ kind: 'hits', title: 'found', colour: '#56b4e9', casing: '#00304d' },
    ...{ width: 1 / 650, dash: null, isCrossed: false },
  },
  {
    ...{ kind: 'falseAlarms', title: 'false alarms', colour: '#d55e00', casing: '#ffffff' },
    ...{ width: 1 / 450, dash: null, isCrossed: true },
  },
  {
    ...{ kind: 'misses', title: 'missed', colour: '#f0e442', casing: '#000000' },
    ...{ width: 1 / 320, dash: 1 / 90, isCrossed: false },
  },
];
