/** Text that needs no escapes in JSON. */
const plain = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
/** "2026-03-01T12:30:00.000Z" with its quotes. */
const dateBytes = 26;

/**
 * How many bytes a value has as JSON in UTF-8. Each object is measured once: `known` remembers those of one response, in which the
 * same object may occur under many names.
 */
export function jsonLength(value: unknown, known: WeakMap<object, number>): number {
  switch (typeof value) {
    case 'string':
      return plain.test(value) ? value.length + 2 : Buffer.byteLength(JSON.stringify(value));
    case 'object':
      return value === null ? 4 : lengthOfObject(value, known);
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value).length;
    default:
      return 4;
  }
}

function lengthOfObject(value: object, known: WeakMap<object, number>): number {
  if (value instanceof Date) return dateBytes;
  const found = known.get(value);
  if (found !== undefined) return found;
  const text: string | undefined = JSON.stringify(value);
  const length = text === undefined ? 4 : Buffer.byteLength(text);
  known.set(value, length);
  return length;
}
