/** Formats figures for tables; - if there is none. */
export function fixed(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

/** Without decimals, except where rounding would turn almost all into all. */
export function wholePercent(share: number): string {
  return percent(share, share > 0.99 && share < 1 ? 1 : 0);
}

export function percent(value: number | null, digits = 1): string {
  return value === null ? '-' : `${(value * 100).toFixed(digits)} %`;
}
