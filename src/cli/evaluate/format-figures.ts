/** Figures for tables; - where there is none. */
export function fixed(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

export function percent(value: number | null, digits = 1): string {
  return value === null ? '-' : `${(value * 100).toFixed(digits)} %`;
}
