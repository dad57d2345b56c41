import { builder } from './builder.ts';

builder.queryField('eventCursor', (t) =>
  t.string({
    description:
      'Where the log of changes stood before anything else of this request was read: query, then subscribe `after` it, and nothing is missed.',
    resolve: (_root, _args, { openingCursor }) => {
      if (openingCursor === null) throw new Error('The context of a query for eventCursor lacks the opening cursor.');
      return openingCursor;
    },
  }),
);
