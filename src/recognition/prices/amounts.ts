import { decimalsOf } from './money.ts';

/** Digits as superscript, as many tags print cents. */
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const raised = new RegExp(`(?<=[0-9])[.,]?([${superscripts}]{2})(?![${superscripts}])`, 'g');

/** Text as the patterns expect it: plain digits, spaces and hyphens; superscript cents behind a point. */
export function plainText(text: string): string {
  return text
    .replaceAll(raised, (_, cents: string) => `.${[...cents].map((digit) => superscripts.indexOf(digit)).join('')}`)
    .normalize('NFKC')
    .replaceAll(/[\u00a0\u2007\u2009\u202f]/g, ' ')
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll(/[’‘´`]/g, "'")
    .trim();
}

/** A number as tags print amounts: thousands in groups (in India, hundred thousands in groups of two digits), and decimals, or a hyphen in their place (4.- is 4.00). */
const whole = `[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}|[0-9]{1,3}(?:[.,' ][0-9]{3})+|[0-9]{1,7}`;
const decimals = String.raw`\s?[.,:']\s?[0-9]{2,3}(?![0-9])|[.,][0-9](?=\s?¢)|\s?[.,:]\s?-+|(?<=[0-9])\s?:-`;
export const amountPattern = `(?<![0-9.,:'/-])(?:${whole})(?:${decimals})?(?![0-9]|[.,:/-][0-9])`;

/**
 * The value of an amount as a decimal number; null if it is none in this currency. A separator before three digits is one of
 * thousands, unless the currency has three decimals.
 */
export function toDecimal(text: string, currency: string | null): string | null {
  const compact = text.replaceAll(/\s?([.,:'])\s?/g, '$1');
  const [, digits, cents] = /^([0-9][0-9.,' ]*?)(?:[.,:']([0-9]{1,2}|-+))?$/.exec(compact) ?? [];
  if (digits === undefined) return null;
  const places = decimalsOf(currency);
  const thousandth = /^([0-9][0-9.,' ]*)[.,]([0-9]{3})$/.exec(compact);
  if (places === 3 && thousandth) return joined(thousandth[1]!, thousandth[2]!);
  const isGrouped = /^(?:[0-9]{1,3}([.,' ])[0-9]{3}(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})$/.test(digits);
  if (!/^[0-9]+$/.test(digits) && !isGrouped) return null;
  if (cents === undefined) return joined(digits, null);
  return joined(digits, cents.startsWith('-') ? '00' : cents);
}

function joined(digits: string, cents: string | null): string {
  const plain = digits.replaceAll(/[^0-9]/g, '').replace(/^0+(?=[0-9])/, '');
  return cents === null ? plain : `${plain}.${cents}`;
}
