import type { ReadCode } from './code.ts';

/**
 * Product numbers (GTIN) have 8, 12, 13 or 14 digits, and each is also a longer one with zeros in front: a UPC-A is the EAN-13 that
 * begins with 0. Therefore all are compared with 14 digits.
 */
const gtinLengths = [8, 12, 13, 14];
const gtinLength = 14;

/** The product number with 14 digits; null if these are not the digits of one, or the check digit is wrong. */
export function toGtin(digits: string): string | null {
  const isGtin = gtinLengths.includes(digits.length) && hasValidCheckDigit(digits);
  return isGtin ? digits.padStart(gtinLength, '0') : null;
}

/** Whether the last digit is the one that GS1 computes from the others. */
export function hasValidCheckDigit(digits: string): boolean {
  if (!/^[0-9]{2,}$/.test(digits)) return false;
  // The digits count 1 and 3 in turn from the right, and their sum must end in 0.
  const sum = [...digits].reduceRight((total, digit, index) => {
    const weight = (digits.length - 1 - index) % 2 === 0 ? 1 : 3;
    return total + weight * Number(digit);
  }, 0);
  return sum % 10 === 0;
}

/** GTIN in the text of a GS1 code, where people see the application identifiers in brackets. */
const gs1Text = /^\(01\)([0-9]{14})(?=\(|$)/;

/** GTIN in a GS1 Digital Link, the web address that new QR codes on packs have. */
const digitalLink = /^https?:\/\/[^/?#]+(?:\/[^/?#]+)*?\/01\/([0-9]{8,14})(?=[/?#]|$)/i;

/** The product number in a code, 14 digits; null: it has none. */
export function gtinOf({ format, value }: Pick<ReadCode, 'format' | 'value'>): string | null {
  switch (format) {
    case 'EAN_13':
    case 'EAN_8':
    case 'UPC_A':
    case 'UPC_E':
    case 'ITF_14':
      return toGtin(value);
    default:
      return toGtin(gs1Text.exec(value)?.[1] ?? digitalLink.exec(value)?.[1] ?? '');
  }
}
