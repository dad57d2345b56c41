import { builder } from '../core/builder.ts';

export const TaskType = builder.enumType('TaskType', {
  description: 'What a task does with an image.',
  values: {
    DETECTION: { description: "Find products and match them to the task's catalogue items." },
    CLASSIFICATION: { description: 'Label the whole image.' },
    FILTER: { description: 'Keep or reject an image by what is on it.' },
  } as const,
});
