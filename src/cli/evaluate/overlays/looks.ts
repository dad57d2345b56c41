import type { Outcome } from '../../../recognition/evaluation/outcome.ts';

/** How boxes of one kind are drawn. Widths and lengths are parts of the picture's longer side. */
export interface Look {
  title: string;
  colour: string;
  /** Under the line, so that it is seen on any picture. */
  casing: string;
  width: number;
  /** Length of a dash and of the gap after it; null: a line without gaps. */
  dash: number | null;
  /** Drawn from corner to corner as well. */
  isCrossed: boolean;
}

/**
 * Blue, yellow and vermilion of the palette of Okabe and Ito, which people with any kind of colour vision can tell apart, each with
 * a line of its own kind for prints without colours. What was found is thin: the rest is what one looks for. The later ones lie
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
