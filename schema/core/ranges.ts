import { builder } from './builder.ts';

export const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A period of time. A bound that is omitted or null is open.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Start of the period, inclusive.' }),
    to: t.field({ type: 'DateTime', description: 'End of the period, exclusive.' }),
  }),
});

export const MetadataMatch = builder.inputType('MetadataMatch', {
  description: 'A pair that the metadata must have.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'The exact key.' }),
    value: t.string({
      required: true,
      description: 'The exact value. `12` and `true` also match a number and a boolean.',
    }),
  }),
});
