import { describe, expect, test } from 'vitest';
import { type PrintedPrice, parsePrices } from '../../../../src/recognition/prices/parse-prices.ts';

/** A price as the tables below write it: 2 x 5.00 EUR / 100 GRAM. */
function brief({ money, pieces, per }: PrintedPrice): string {
  const several = pieces === 1 ? '' : `${pieces} x `;
  const unit = per === null ? '' : ` / ${per.quantity} ${per.unit}`;
  return `${several}${money.amount} ${money.currency ?? '?'}${unit}`;
}

const read = (text: string, currency: string | null = null) => parsePrices(text, currency).map(brief);

describe('a price is read', () => {
  test.each<[text: string, currency: string | null, price: string]>([
    // Without a sign
    ['1,99', null, '1.99 ?'],
    ['1.99', null, '1.99 ?'],
    ['1,99', 'EUR', '1.99 EUR'],
    ['0.49', 'GBP', '0.49 GBP'],
    ['12.90', 'CHF', '12.90 CHF'],
    ['1. 99', 'EUR', '1.99 EUR'],
    ['1 ,99', 'EUR', '1.99 EUR'],
    // Euro
    ['1,99 €', null, '1.99 EUR'],
    ['1.99 €', null, '1.99 EUR'],
    ['€ 1,99', null, '1.99 EUR'],
    ['€1.99', null, '1.99 EUR'],
    ['1,99€', null, '1.99 EUR'],
    ['2 €', null, '2 EUR'],
    ['EUR 3,49', null, '3.49 EUR'],
    ['3,49 EUR', null, '3.49 EUR'],
    ['1.299,00 €', null, '1299.00 EUR'],
    ['1 299,00 €', null, '1299.00 EUR'],
    ['€ 1.299,-', null, '1299.00 EUR'],
    ['4,- €', null, '4.00 EUR'],
    ['4,–', 'EUR', '4.00 EUR'],
    // Dollars
    ['$3.49', 'USD', '3.49 USD'],
    ['$3.49', 'CAD', '3.49 CAD'],
    ['$3.49', null, '3.49 ?'],
    ['US$ 3.49', 'CAD', '3.49 USD'],
    ['CA$3.49', null, '3.49 CAD'],
    ['A$3.49', null, '3.49 AUD'],
    ['$1,299.00', 'USD', '1299.00 USD'],
    ['$5', 'USD', '5 USD'],
    ['99¢', 'USD', '0.99 USD'],
    ['99 ¢', null, '0.99 ?'],
    ['R$ 12,90', null, '12.90 BRL'],
    ['MX$ 25.50', null, '25.50 MXN'],
    ['$ 1.990', 'CLP', '1990 CLP'],
    ['$ 12.900', 'COP', '12900 COP'],
    // Pounds
    ['£2.50', null, '2.50 GBP'],
    ['£1', null, '1 GBP'],
    ['79p', null, '0.79 GBP'],
    ['5p', null, '0.05 GBP'],
    // Switzerland
    ['CHF 4.95', null, '4.95 CHF'],
    ['4.95 CHF', null, '4.95 CHF'],
    ['Fr. 4.95', null, '4.95 CHF'],
    ["CHF 1'299.00", null, '1299.00 CHF'],
    ['CHF 1’299.00', null, '1299.00 CHF'],
    ['4.-', 'CHF', '4.00 CHF'],
    ['CHF 4.–', null, '4.00 CHF'],
    // The North
    ['29,90 kr', 'SEK', '29.90 SEK'],
    ['29:90', 'SEK', '29.90 SEK'],
    ['29:90 kr', null, '29.90 ?'],
    ['29:-', 'SEK', '29.00 SEK'],
    ['kr 49,90', 'NOK', '49.90 NOK'],
    ['49,95 kr.', 'DKK', '49.95 DKK'],
    ['49,90 NOK', null, '49.90 NOK'],
    ['1.290 kr', 'ISK', '1290 ISK'],
    // The East
    ['4,99 zł', null, '4.99 PLN'],
    ['1 299,00 zł', null, '1299.00 PLN'],
    ['29,90 Kč', null, '29.90 CZK'],
    ['1 299 Ft', null, '1299 HUF'],
    ['12,99 lei', null, '12.99 RON'],
    ['3,49 лв', null, '3.49 BGN'],
    ['129,90 ₽', null, '129.90 RUB'],
    ['129,90 руб.', null, '129.90 RUB'],
    ['54,90 грн', null, '54.90 UAH'],
    ['24,95 ₺', null, '24.95 TRY'],
    ['24,95 TL', null, '24.95 TRY'],
    // Asia
    ['298円', null, '298 JPY'],
    ['¥298', 'JPY', '298 JPY'],
    ['¥12.80', 'CNY', '12.80 CNY'],
    ['¥298', null, '298 ?'],
    ['1,298円', null, '1298 JPY'],
    ['２９８円', null, '298 JPY'],
    ['₩3,900', null, '3900 KRW'],
    ['3,900원', null, '3900 KRW'],
    ['₹120', null, '120 INR'],
    ['Rs. 1,20,000.00', 'INR', '120000.00 INR'],
    ['Rs 45.50', 'PKR', '45.50 PKR'],
    ['฿59.00', null, '59.00 THB'],
    ['25.000 ₫', null, '25000 VND'],
    ['Rp 12.500', null, '12500 IDR'],
    ['RM 4.90', null, '4.90 MYR'],
    ['₪ 12.90', null, '12.90 ILS'],
    // Three decimals
    ['KD 1.250', null, '1.250 KWD'],
    ['0.750', 'BHD', '0.750 BHD'],
    // Superscript and lost cents
    ['1⁹⁹', 'EUR', '1.99 EUR'],
    ['€ 12⁴⁹', null, '12.49 EUR'],
    ['$3⁴⁹', 'USD', '3.49 USD'],
    ['3 49', 'USD', '3.49 USD'],
    ['$3 49', 'USD', '3.49 USD'],
    ['12 99 €', null, '12.99 EUR'],
    // Several pieces
    ['2 for 5.00', 'USD', '2 x 5.00 USD'],
    ['2 for $5', 'USD', '2 x 5 USD'],
    ['2/$5', 'USD', '2 x 5 USD'],
    ['3 für 2 €', null, '3 x 2 EUR'],
    ['3 FÜR 2,50 €', null, '3 x 2.50 EUR'],
    ['2 pour 5 €', null, '2 x 5 EUR'],
    ['2 för 30 kr', 'SEK', '2 x 30 SEK'],
    ['3 for £10', null, '3 x 10 GBP'],
    ['2 voor 3,99', 'EUR', '2 x 3.99 EUR'],
    // Among other words
    ['nur 1,99 €', null, '1.99 EUR'],
    ['Tea 1,99 €', null, '1.99 EUR'],
    ['NOW £2.50 each', null, '2.50 GBP'],
    ['statt 2,49', 'EUR', '2.49 EUR'],
    ['NOW £2.50 SAVE £1', null, '2.50 GBP'],
    ['Sie sparen 1,00 € jetzt 2,49 €', null, '2.49 EUR'],
  ])('%s (%s): %s', (text, currency, price) => expect(read(text, currency)).toEqual([price]));
});

describe('a unit price is read', () => {
  test.each<[text: string, currency: string | null, price: string]>([
    ['€ 4.98 / kg', null, '4.98 EUR / 1 KILOGRAM'],
    ['4,98 €/kg', null, '4.98 EUR / 1 KILOGRAM'],
    ['4,98/kg', 'EUR', '4.98 EUR / 1 KILOGRAM'],
    ['1 kg = 12,45 €', null, '12.45 EUR / 1 KILOGRAM'],
    ['1kg = 12,45', 'EUR', '12.45 EUR / 1 KILOGRAM'],
    ['100 g = 1,24 €', null, '1.24 EUR / 100 GRAM'],
    ['1 L = 0,89 €', null, '0.89 EUR / 1 LITRE'],
    ['(1 l = 1,19 €)', null, '1.19 EUR / 1 LITRE'],
    ['0,62 €/100g', null, '0.62 EUR / 100 GRAM'],
    ['0,62 € je 100 g', null, '0.62 EUR / 100 GRAM'],
    ['per 100ml 45p', null, '0.45 GBP / 100 MILLILITRE'],
    ['£4.50 per kg', null, '4.50 GBP / 1 KILOGRAM'],
    ['45p/100g', null, '0.45 GBP / 100 GRAM'],
    ['$0.31/oz', 'USD', '0.31 USD / 1 OUNCE'],
    ['31.2¢ per oz', 'USD', '0.312 USD / 1 OUNCE'],
    ['$2.99 / lb', 'USD', '2.99 USD / 1 POUND'],
    ['$0.08 per fl oz', 'USD', '0.08 USD / 1 FLUID_OUNCE'],
    ['prix au kg 3,98 €', null, '3.98 EUR / 1 KILOGRAM'],
    ['Le kg : 3,98 €', null, '3.98 EUR / 1 KILOGRAM'],
    ['al kg 3,98 €', null, '3.98 EUR / 1 KILOGRAM'],
    ['Jmf-pris 49:80/kg', 'SEK', '49.80 SEK / 1 KILOGRAM'],
    ['pr. kg 49,80', 'DKK', '49.80 DKK / 1 KILOGRAM'],
    ['49,80 kr/kg', 'NOK', '49.80 NOK / 1 KILOGRAM'],
    ['24,90 zł/kg', null, '24.90 PLN / 1 KILOGRAM'],
    ['CHF 1.25 / 100 g', null, '1.25 CHF / 100 GRAM'],
    ['33 cl = 0,99 €', null, '0.99 EUR / 330 MILLILITRE'],
    ['0,12 €/Stück', null, '0.12 EUR / 1 PIECE'],
    ['$1.25 each', 'USD', '1.25 USD'],
  ])('%s (%s): %s', (text, currency, price) => expect(read(text, currency)).toEqual([price]));

  test('beside the price of the product', () => {
    expect(read('1,99 € (1 kg = 3,98 €)')).toEqual(['1.99 EUR', '3.98 EUR / 1 KILOGRAM']);
    expect(read('£2.00 40p/100g')).toEqual(['2.00 GBP', '0.40 GBP / 100 GRAM']);
    expect(read('$3.49 $0.31/oz', 'USD')).toEqual(['3.49 USD', '0.31 USD / 1 OUNCE']);
  });
});

describe('no price is read in', () => {
  test.each([
    '',
    'Rosehip tea',
    '4006381333931',
    '31.12.2025',
    '12/05/2025',
    '10:30',
    '10:30-18:00',
    '500 g',
    '1,5 l',
    '0.33 L',
    '330ml',
    '6 x 1,5 l',
    '3,5 %',
    '-20 %',
    '20% off',
    'No. 12345678',
    '+49 30 123456',
    'https://shop.example/1.99.2',
    'v1.2.3',
    '...',
    '€',
    '- - -',
    'SAVE $4.60 on 2',
    'Save up to £1.50',
    'Sie sparen 0,50 €',
    '$1 off',
    '20 kr rabatt',
    '·····',
  ])('"%s"', (text) => {
    expect(parsePrices(text, 'EUR').filter(({ isCertain }) => isCertain)).toEqual([]);
  });
});

test('a mere number may be a price, but is not certain', () => {
  expect(parsePrices('298', 'JPY')).toEqual([
    { money: { amount: '298', currency: 'JPY' }, pieces: 1, per: null, isCertain: false },
  ]);
});

test('text of any kind and length is read in bounded time', () => {
  for (const part of ['1', '1,', '1 ', '$', '2 for ', '1 kg = ', '9,99 €/', ' ', '·', '¹'])
    expect(Array.isArray(parsePrices(part.repeat(2_000), 'EUR'))).toBe(true);
});
