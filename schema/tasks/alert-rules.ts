import type { AlertRules as AlertRulesShape } from '../../src/recognition/alerts/conditions.ts';
import type { ItemPrice as ItemPriceShape } from '../../src/recognition/alerts/item-prices.ts';
import { type GivenAlertRules, maxExpectedPrices } from '../../src/tasks/alert-rules.ts';
import { CatalogItem } from '../catalog/catalog-item.ts';
import { builder } from '../core/builder.ts';
import { givenId } from '../core/given-id.ts';
import { Money, MoneyInput } from '../core/money.ts';

const help = {
  complianceBelow: 'Raises an alert while the score of the compliance is below this, 0 to 1.',
  gapShareAbove: 'Raises an alert while Analysis.gapShare is above this, 0 to 1. The task must have findGaps set.',
  itemMissing:
    'Whether an alert is raised for each item of the planogram that stands nowhere, while a place of it is seen without it.',
  pricesDifferFrom:
    'Raises an alert for each of these items while a price tag below its facings says another price; see Analysis.priceTags. A price that was not read raises and clears nothing. Tags below facings of several items, and prices of several pieces, do not count. The task must have readText set.',
  rules: 'When a shelf alert is raised. complianceBelow and itemMissing need a planogram.',
};

const ItemPrice = builder.objectRef<ItemPriceShape>('ItemPrice').implement({
  description: 'What an item should cost.',
  fields: (t) => ({
    catalogItem: t.field({ type: CatalogItem, description: 'The item.', resolve: ({ itemId }) => itemId }),
    price: t.field({ type: Money, description: 'The price that tags should say.', resolve: ({ price }) => price }),
  }),
});

export const AlertRules = builder.objectRef<AlertRulesShape>('AlertRules').implement({
  description: help.rules,
  fields: (t) => ({
    complianceBelow: t.float({
      nullable: true,
      description: `${help.complianceBelow} Null: never.`,
      resolve: (rules) => rules.complianceBelow ?? null,
    }),
    gapShareAbove: t.float({
      nullable: true,
      description: `${help.gapShareAbove} Null: never.`,
      resolve: (rules) => rules.gapShareAbove ?? null,
    }),
    itemMissing: t.boolean({ description: `${help.itemMissing}`, resolve: (rules) => rules.itemMissing ?? false }),
    pricesDifferFrom: t.field({
      type: [ItemPrice],
      description: `${help.pricesDifferFrom} Empty: never.`,
      complexity: { field: 1, multiplier: 10 },
      resolve: (rules) => [...(rules.pricesDifferFrom ?? [])],
    }),
  }),
});

const ItemPriceInput = builder.inputType('ItemPriceInput', {
  description: 'What an item should cost.',
  fields: (t) => ({
    catalogItemId: t.id({ required: true, description: 'The item.' }),
    price: t.field({ type: MoneyInput, required: true, description: 'The price that tags should say.' }),
  }),
});

export const AlertRulesInput = builder.inputType('AlertRulesInput', {
  description: help.rules,
  fields: (t) => ({
    complianceBelow: t.float({ description: `${help.complianceBelow} Default: never.` }),
    gapShareAbove: t.float({ description: `${help.gapShareAbove} Default: never.` }),
    itemMissing: t.boolean({ required: true, defaultValue: false, description: help.itemMissing }),
    pricesDifferFrom: t.field({
      type: [ItemPriceInput],
      description: `${help.pricesDifferFrom} At most ${maxExpectedPrices.toLocaleString('en-US')} items. Default: never.`,
    }),
  }),
});

/** Converts the input for the service. */
export function toAlertRules(input: typeof AlertRulesInput.$inferInput): GivenAlertRules {
  const { pricesDifferFrom, ...rules } = input;
  return {
    ...rules,
    pricesDifferFrom:
      pricesDifferFrom?.map(({ catalogItemId, price }) => ({
        catalogItemId: givenId('catalogItem', catalogItemId),
        price,
      })) ?? null,
  };
}
