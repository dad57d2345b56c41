import type { AlertRules as AlertRulesShape } from '../../src/recognition/alerts/conditions.ts';
import { builder } from '../core/builder.ts';

const help = {
  complianceBelow: 'Raises an alert while the score of the compliance is below this, 0 to 1.',
  gapShareAbove: 'Raises an alert while Analysis.gapShare is above this, 0 to 1. The task must have findGaps set.',
  itemMissing:
    'Whether an alert is raised for each item of the planogram that stands nowhere, while a place of it is seen without it.',
};

export const AlertRules = builder.objectRef<AlertRulesShape>('AlertRules').implement({
  description: 'When a shelf alert is raised. All rules but gapShareAbove need a planogram.',
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
  }),
});

export const AlertRulesInput = builder.inputType('AlertRulesInput', {
  description: 'When a shelf alert is raised. All rules but gapShareAbove need a planogram.',
  fields: (t) => ({
    complianceBelow: t.float({ description: `${help.complianceBelow} Default: never.` }),
    gapShareAbove: t.float({ description: `${help.gapShareAbove} Default: never.` }),
    itemMissing: t.boolean({ required: true, defaultValue: false, description: help.itemMissing }),
  }),
});
