/** Numbers and times as the viewer's browser writes them: its language, its time zone. */

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const minute = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat(undefined, { notation: 'compact' });
const oneDecimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const share = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });

export const formatDateTime = (iso: string): string => dateTime.format(new Date(iso));
/** Without what both times have in common. */
export const formatTimeSpan = (from: string, to: string): string => dateTime.formatRange(new Date(from), new Date(to));
export const formatTime = (iso: string): string => time.format(new Date(iso));
export const formatMinute = (date: Date): string => minute.format(date);
export const formatDay = (date: Date): string => day.format(date);
export const formatCount = (count: number): string => whole.format(count);
/** 1,000,000 as 1M, for limits. */
export const formatCompact = (count: number): string => compact.format(count);
export const formatDecimal = (value: number): string => oneDecimal.format(value);
/** @param ratio 0 to 1 */
export const formatShare = (ratio: number): string => share.format(ratio);

/** 340 ms, 2.4 s, 3.5 min, 2 h */
export function formatDuration(milliseconds: number): string {
  let value = milliseconds;
  let unit: string = 'ms';
  for (const [next, size] of [
    ['s', 1000],
    ['min', 60],
    ['h', 60],
  ] as const) {
    if (value < size) break;
    value /= size;
    unit = next;
  }
  return `${(unit === 'ms' ? whole : oneDecimal).format(value)} ${unit}`;
}

/** 512 B, 1.2 kB, 3 MB, 4.5 GB: powers of 1,000. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${oneDecimal.format(bytes / 1000 ** power)} ${units[power]}`;
}

/** 1 facing, 2 facings */
export const formatFacings = (count: number): string => (count === 1 ? '1 facing' : `${formatCount(count)} facings`);

/** €1.99, or the amount alone where the currency is not known. The amount is text, of which no cent is lost. */
export function formatMoney({ amount, currency }: { amount: string; currency: string | null }): string {
  if (currency === null) return amount;
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount as Intl.StringNumericLiteral);
}
