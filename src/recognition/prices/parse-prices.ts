import { amountPattern, plainText, toDecimal } from './amounts.ts';
import { centTexts, currencyOf, type Money, signTexts } from './money.ts';
import { type Measure, scaledTexts, toMeasure, unitTexts } from './units.ts';

/** A price in a line of text. */
export interface PrintedPrice {
  money: Money;
  /** How many pieces it is for: 2 in "2 for 5.00"; 1 in most. */
  pieces: number;
  /** What it is for, of a unit price; null: the price of the product. */
  per: Measure | null;
  /** Whether it has decimals or a sign of money. A mere number may be anything. */
  isCertain: boolean;
}

const oneOf = (texts: readonly string[]) =>
  texts.map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|');
const sign = oneOf(signTexts);
const cent = oneOf(centTexts);
const unit = oneOf([...unitTexts, ...scaledTexts].sort((a, b) => b.length - a.length));
const letter = String.raw`\p{L}`;

/** A unit with its quantity, as in 100 g. */
const measure = String.raw`(?<quantity>[0-9]{1,4}(?:[.,][0-9]{1,3})?)?\s?(?<unit>${unit})(?!${letter})`;
/** What stands between a price and its unit. */
const perWord = String.raw`(?:\/|per|pro|je|le|la|al|au|el|por|pr\.?|à|á|a|za|за|/)`;
const money = String.raw`(?<before>${sign})?\s?(?<amount>${amountPattern})\s?(?:(?<after>${sign})(?!${letter})|(?<cent>${cent})(?!${letter}))?`;

const flags = 'giu';
/** 4.98 €/kg */
const priceBeforeUnit = new RegExp(String.raw`${money}\s?\(?${perWord}\s?${measure}`, flags);
/** 1 kg = 4,98 € */
const unitEqualsPrice = new RegExp(String.raw`(?<!${letter})${measure}\s?(?:=|:)\s?${money}`, flags);
/** prix au kg 3,98 €; per 100 ml 45p; kg-pris 49,80 */
const unitBeforePrice = new RegExp(
  String.raw`(?<!${letter})(?:${perWord}\s?${measure}|(?<unit2>kg|l)(?:-?\s?pris)|(?:jfr|jmf)\.?-?\s?pris\s?\/?\s?(?<unit3>${unit})?)\s?:?\s?${money}`,
  flags,
);
/** 2 for 5.00; 3 für 2 €; 2/$5; 2 x 1.50 is a price of one piece. */
const severalForPrice = new RegExp(
  String.raw`(?<![0-9.,])(?<pieces>[2-9]|1[0-2])\s?(?:for|für|pour|por|per|voor|för|for|na|za|за|st\.?|/)\s?${money}`,
  flags,
);
/** What is saved is not what is paid: save $1.50; 20 kr rabatt; $1 off. */
const saving = new RegExp(
  String.raw`(?<!${letter})(?:save|spare|sparen|gespart|ersparnis|économisez|ahorra|ahorre|risparmi|bespaar|spara|spar|rabatt|remise|descuento|sconto|korting|discount)(?!${letter})[^0-9${'$'}€£]{0,12}${money}|${money}\s?(?:off|rabatt|korting|billigere|billiger|günstiger|moins cher|de remise)(?!${letter})`.replaceAll(
    /\(\?<[a-z]+>/g,
    '(?:',
  ),
  flags,
);
const plainPrice = new RegExp(`(?<!${letter})${money}`, flags);

/** Right after a number, each of these says that it is no price. */
const noPrice = new RegExp(String.raw`^\s?(?:%|°|(?:${unit})(?!${letter}))`, 'iu');

/** A line of a tag is shorter; the patterns take long for much longer ones. */
const mostCharacters = 200;

/**
 * The prices in a line, unit prices and those of several pieces included, in their order.
 * @param taskCurrency ISO 4217, for amounts without a sign and for signs that several currencies share; null: unknown
 */
export function parsePrices(text: string, taskCurrency: string | null): PrintedPrice[] {
  if (text.length > mostCharacters) return [];
  let rest = plainText(text).replaceAll(saving, mask);
  const loose = readLooseCents(rest, taskCurrency);
  if (loose) return [loose];
  const found: { at: number; price: PrintedPrice }[] = [];
  const patterns = [unitEqualsPrice, priceBeforeUnit, unitBeforePrice, severalForPrice, plainPrice];
  for (const pattern of patterns) {
    rest = rest.replaceAll(pattern, (match: string, ...groups: unknown[]) => {
      const [at, , names] = groups.slice(-3) as [number, string, Record<string, string | undefined>];
      const following = rest.slice(at + match.length);
      const price = readMatch(names, { isPlain: pattern === plainPrice, following, taskCurrency });
      if (!price) return match;
      found.push({ at, price });
      // Read once.
      return mask(match);
    });
  }
  return found.sort((a, b) => a.at - b.at).map(({ price }) => price);
}

/** What was read, replaced so that nothing moves. */
function mask(text: string): string {
  return '·'.repeat(text.length);
}

function readMatch(
  names: Record<string, string | undefined>,
  context: { isPlain: boolean; following: string; taskCurrency: string | null },
): PrintedPrice | null {
  const unitName = names.unit ?? names.unit2 ?? names.unit3;
  const per = unitName === undefined ? null : toMeasure(names.quantity, unitName);
  const signText = names.before ?? names.after;
  const centSign = names.cent;
  const hasSign = signText !== undefined || centSign !== undefined;
  const amount = names.amount!;
  if (context.isPlain && !hasSign && noPrice.test(context.following)) return null;
  const currency = hasSign ? currencyOf(signText ?? centSign!, context.taskCurrency) : context.taskCurrency;
  const value = toDecimal(amount, currency);
  if (value === null) return null;
  const isClock = amount.includes(':') && !amount.includes('-') && !hasSign && !usesColon.has(currency ?? '');
  if (isClock) return null;
  const decimal = centSign === undefined ? value : toHundredths(value);
  const isCertain = hasSign || value.includes('.');
  return { money: { amount: decimal, currency }, pieces: Number(names.pieces ?? 1), per, isCertain };
}

/** Only in these countries 29:90 is a price; elsewhere it is a time. */
const usesColon = new Set(['SEK', 'NOK', 'DKK']);

/** 99¢ is 0.99; 31.2¢ is 0.312. */
function toHundredths(value: string): string {
  const [digits, decimals = ''] = value.split('.');
  const padded = digits!.padStart(3, '0');
  return `${padded.slice(0, -2)}.${padded.slice(-2)}${decimals}`;
}

/** A line that consists of 3 49: the cents were printed smaller, and the point was lost. */
const looseCents = new RegExp(
  String.raw`^(?<before>${sign})?\s?(?<digits>[0-9]{1,3})\s(?<cents>[0-9]{2})\s?(?<after>${sign})?$`,
  'iu',
);

function readLooseCents(text: string, taskCurrency: string | null): PrintedPrice | null {
  const names = looseCents.exec(text)?.groups;
  if (!names) return null;
  const signText = names.before ?? names.after;
  const currency = signText === undefined ? taskCurrency : currencyOf(signText, taskCurrency);
  return {
    money: { amount: `${Number(names.digits)}.${names.cents}`, currency },
    pieces: 1,
    per: null,
    isCertain: signText !== undefined,
  };
}
