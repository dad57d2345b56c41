/** One number that a bench found. */
export interface Figure {
  what: string;
  value: number;
  /** Printed after the number; '' for a ratio. */
  unit: string;
  /** Digits after the point. */
  digits: number;
  better: 'higher' | 'lower';
  /** What the project promises. */
  reach?: number;
  /** What it wants to promise later. */
  later?: number;
  /** How the number came about, for example the single rounds behind a median. */
  note?: string;
}

/** As text. What is cut off is never cut off in the project's favour. */
export function formatValue({ value, digits, better }: Pick<Figure, 'value' | 'digits' | 'better'>): string {
  const scale = 10 ** digits;
  const rounded = (better === 'higher' ? Math.floor(value * scale) : Math.ceil(value * scale)) / scale;
  return rounded.toFixed(digits);
}

function isReached({ value, better }: Figure, goal: number): boolean {
  return better === 'higher' ? value >= goal : value <= goal;
}

/** A line for people: the number, and how it stands to what was promised. */
export function describeFigure(figure: Figure): string {
  const { what, unit, reach, later, note } = figure;
  const parts = [`${what}: ${formatValue(figure)}${unit && ` ${unit}`}`];
  if (reach !== undefined) parts.push(`reach ${reach}: ${isReached(figure, reach) ? 'met' : 'FALLS SHORT'}`);
  if (later !== undefined) parts.push(`later ${later}: ${isReached(figure, later) ? 'met' : 'not yet'}`);
  if (note) parts.push(note);
  return parts.join('; ');
}
