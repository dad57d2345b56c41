/** An amount of money as it is printed: a decimal number as text, because a binary fraction cannot hold a cent. */
export interface Money {
  /** Digits with a point before the decimals, for example 1299.00; never negative. */
  amount: string;
  /** ISO 4217; null: nothing says which. */
  currency: string | null;
}

/** A sign of money. The first currency is meant unless the task has another one of them. */
interface Sign {
  /** In lower case. */
  signs: readonly string[];
  currencies: readonly [string, ...string[]];
  /** Several countries use it, and none of them is the obvious one: without the task's currency it says nothing. */
  isShared?: boolean;
}

const dollars = ['USD', 'CAD', 'AUD', 'NZD', 'SGD', 'HKD', 'TWD', 'MXN', 'ARS', 'CLP', 'COP', 'UYU'] as const;

const signs: readonly Sign[] = [
  { signs: ['€', 'eur', 'euro'], currencies: ['EUR'] },
  { signs: ['us$', 'usd'], currencies: ['USD'] },
  { signs: ['ca$', 'c$', 'cad'], currencies: ['CAD'] },
  { signs: ['a$', 'au$', 'aud'], currencies: ['AUD'] },
  { signs: ['nz$', 'nzd'], currencies: ['NZD'] },
  { signs: ['s$', 'sgd'], currencies: ['SGD'] },
  { signs: ['hk$', 'hkd'], currencies: ['HKD'] },
  { signs: ['nt$', 'twd'], currencies: ['TWD'] },
  { signs: ['mx$', 'mxn'], currencies: ['MXN'] },
  { signs: ['r$', 'brl'], currencies: ['BRL'] },
  { signs: ['$'], currencies: dollars, isShared: true },
  { signs: ['£', 'gbp'], currencies: ['GBP', 'EGP'] },
  { signs: ['chf', 'sfr', 'fr.'], currencies: ['CHF'] },
  { signs: ['sek'], currencies: ['SEK'] },
  { signs: ['nok'], currencies: ['NOK'] },
  { signs: ['dkk'], currencies: ['DKK'] },
  { signs: ['kr', 'kr.'], currencies: ['SEK', 'NOK', 'DKK', 'ISK'], isShared: true },
  { signs: ['zł', 'zl', 'pln'], currencies: ['PLN'] },
  { signs: ['kč', 'czk'], currencies: ['CZK'] },
  { signs: ['ft', 'huf'], currencies: ['HUF'] },
  { signs: ['lei', 'ron'], currencies: ['RON'] },
  { signs: ['лв', 'лв.', 'bgn'], currencies: ['BGN'] },
  { signs: ['₽', 'руб', 'руб.', 'rub'], currencies: ['RUB'] },
  { signs: ['₴', 'грн', 'uah'], currencies: ['UAH'] },
  { signs: ['₺', 'tl', 'try'], currencies: ['TRY'] },
  { signs: ['円', 'jpy'], currencies: ['JPY'] },
  { signs: ['元', 'rmb', 'cny'], currencies: ['CNY'] },
  { signs: ['¥'], currencies: ['JPY', 'CNY'], isShared: true },
  { signs: ['₩', '원', 'krw'], currencies: ['KRW'] },
  { signs: ['₹', 'inr'], currencies: ['INR'] },
  { signs: ['rs', 'rs.'], currencies: ['INR', 'PKR', 'LKR', 'NPR'], isShared: true },
  { signs: ['฿', 'บาท', 'thb'], currencies: ['THB'] },
  { signs: ['₫', 'đ', 'vnd'], currencies: ['VND'] },
  { signs: ['rp', 'idr'], currencies: ['IDR'] },
  { signs: ['rm', 'myr'], currencies: ['MYR'] },
  { signs: ['₱', 'php'], currencies: ['PHP'] },
  { signs: ['₪', 'ils'], currencies: ['ILS'] },
  { signs: ['zar'], currencies: ['ZAR'] },
  { signs: ['aed'], currencies: ['AED'] },
  { signs: ['sar'], currencies: ['SAR'] },
  { signs: ['kwd', 'kd'], currencies: ['KWD'] },
  { signs: ['bhd', 'bd'], currencies: ['BHD'] },
];

/** Signs of a hundredth, with the currencies that have such a coin. */
export const centSigns: readonly Sign[] = [
  { signs: ['¢'], currencies: dollars, isShared: true },
  { signs: ['ct', 'cent', 'cents'], currencies: ['EUR', ...dollars], isShared: true },
  { signs: ['p'], currencies: ['GBP'] },
];

/** Currencies without decimals in shops: a point or comma separates thousands. */
const wholeCurrencies = new Set(['JPY', 'KRW', 'VND', 'IDR', 'CLP', 'COP', 'ISK', 'HUF', 'TWD']);
/** Currencies with three decimals. */
const thousandths = new Set(['KWD', 'BHD', 'OMR', 'JOD', 'TND']);

/** How many decimals a price in this currency has; null: 2, as in most. */
export function decimalsOf(currency: string | null): 0 | 2 | 3 {
  if (currency !== null && wholeCurrencies.has(currency)) return 0;
  return currency !== null && thousandths.has(currency) ? 3 : 2;
}

const listed = (list: readonly Sign[]) => new Map(list.flatMap((sign) => sign.signs.map((text) => [text, sign])));
const currencySigns = listed(signs);
const hundredths = listed(centSigns);

/** Every sign of a currency and of cents, the longest first, for a pattern. */
export const signTexts = sortedByLength([...currencySigns.keys()]);
export const centTexts = sortedByLength([...hundredths.keys()]);

function sortedByLength(texts: string[]): string[] {
  return texts.sort((a, b) => b.length - a.length);
}

/** The currency that a sign means for a task with this currency; null: it says nothing. */
export function currencyOf(sign: string, taskCurrency: string | null): string | null {
  const text = sign.toLowerCase();
  const known = currencySigns.get(text) ?? hundredths.get(text);
  if (!known) return null;
  if (taskCurrency !== null && known.currencies.includes(taskCurrency)) return taskCurrency;
  return known.isShared ? null : known.currencies[0];
}
