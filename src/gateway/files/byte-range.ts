/** Both ends are inclusive. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The part of a file that a Range header requests: one range, `null` for the whole file (no header, or several ranges or another
 * unit, which may be ignored), or `unsatisfiable`.
 */
export function parseRange(header: string | undefined, byteSize: number): ByteRange | null | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return null;
  const first = match[1] === '' ? null : Number(match[1]);
  const last = match[2] === '' ? null : Number(match[2]);
  // "-500": the last 500 bytes.
  const start = first ?? Math.max(0, byteSize - (last as number));
  const end = first === null ? byteSize - 1 : Math.min(last ?? byteSize - 1, byteSize - 1);
  if (first !== null && last !== null && last < first) return null;
  return start > end ? 'unsatisfiable' : { start, end };
}
