/**
 * The fault of a number within a client's own JSON; null: all numbers are exact. JavaScript reads 9007199254740993 as …992 and
 * 1e999 as Infinity, which JSON writes as null, so an id could change silently. It can be detected afterwards: an integer that was
 * changed by parsing is outside the safe range.
 */
export function numberFault(value: unknown): string | null {
  if (typeof value === 'number') return faultOf(value);
  if (typeof value !== 'object' || value === null) return null;
  for (const item of Object.values(value)) {
    const fault = numberFault(item);
    if (fault !== null) return fault;
  }
  return null;
}

function faultOf(value: number): string | null {
  if (!Number.isFinite(value)) return 'It contains a number that is too large to be stored. Send it as text.';
  if (!Number.isInteger(value) || Number.isSafeInteger(value)) return null;
  return 'It contains an integer beyond 2^53, whose last digits would be lost. Send it as text.';
}
