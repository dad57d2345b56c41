import { builder } from './builder.ts';

export const MediaType = builder.enumType('MediaType', {
  description: 'A type of media. More values may be added.',
  values: {
    IMAGE: { description: 'A still image.' },
    VIDEO: { description: 'A video.' },
  } as const,
});
