import { builder } from './builder.ts';

export const DateTimeRange = builder.inputType('DateTimeRange', {
  description: 'A stretch of time; an end that is left out is open.',
  fields: (t) => ({
    from: t.field({ type: 'DateTime', description: 'Inclusive.' }),
    to: t.field({ type: 'DateTime', description: 'Exclusive.' }),
  }),
});

export const MetadataMatch = builder.inputType('MetadataMatch', {
  description: 'A pair that metadata must hold.',
  fields: (t) => ({
    key: t.string({ required: true, description: 'Exact.' }),
    value: t.string({
      required: true,
      description: 'Exact; `12` and `true` also match the number and the boolean.',
    }),
  }),
});
