const currencies = new Set(Intl.supportedValuesOf('currency'));

export function isCurrency(text: string): boolean {
  return currencies.has(text);
}

export function currencyFault(given: unknown): string {
  return `currency is "${String(given).slice(0, 50)}"; expected a code of ISO 4217 in capitals, for example EUR.`;
}
