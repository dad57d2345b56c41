import type { Money as MoneyRow } from '../../src/recognition/prices/money.ts';
import { builder } from './builder.ts';

export const Money = builder.objectRef<MoneyRow>('Money').implement({
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.exposeString('amount', {
      description:
        'The amount as a decimal number, as it is printed: 1.99, 5, 1299.00. It is text, because a Float cannot hold a cent exactly. Never negative.',
    }),
    currency: t.exposeString('currency', {
      nullable: true,
      description:
        'ISO 4217 code, for example EUR. Null if neither the tag nor the currency of the task says which: several currencies share $, kr and ¥.',
    }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'An amount of money.',
  fields: (t) => ({
    amount: t.string({
      required: true,
      description: 'The amount as a decimal number with a point before the decimals: 1.99, 5, 1299.00.',
    }),
    currency: t.string({ description: 'ISO 4217 code, for example EUR. Default: any currency.' }),
  }),
});
