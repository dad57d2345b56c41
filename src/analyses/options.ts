import { z } from 'zod';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { text } from '../validation/rules.ts';

/** What differs from the task for one analysis, as `analysis.options` stores it; what is absent is the task's. */
export interface AnalysisOptions {
  threshold?: number;
  topCandidates?: number;
  /** Absent: true. */
  matchCatalog?: boolean;
  /** Absent: false. */
  smoothNeighbors?: boolean;
  /** Absent: items with and without tags. */
  restrictToTags?: readonly string[];
}

/** A bound on the matrices that workers hold: every set of tags is one. */
const maxTags = 20;

const rule = z.object({
  threshold: z
    .number()
    .refine((value) => value >= 0 && value <= 1, { error: ({ input }) => `It is ${input}; expected 0 to 1.` })
    .optional(),
  topCandidates: z
    .number()
    .refine((value) => value >= 0 && value <= 20, { error: ({ input }) => `It is ${input}; expected 0 to 20.` })
    .optional(),
  restrictToTags: z
    .array(text('A tag', { min: 1, max: 100 }))
    .refine((tags) => tags.length >= 1 && tags.length <= maxTags, {
      error: ({ input }) =>
        `It has ${(input as unknown[]).length} tags; expected 1 to ${maxTags}. Omit it to look for every item of the task.`,
    })
    .optional(),
});

/** Options that only DETECTION looks at, with what leaves them without effect. */
const detectionOnly = {
  matchCatalog: (value: AnalysisOptions['matchCatalog']) => value ?? true,
  smoothNeighbors: (value: AnalysisOptions['smoothNeighbors']) => !value,
  restrictToTags: (value: AnalysisOptions['restrictToTags']) => value === undefined,
};

/** Options that would change nothing: whoever sends one expects something of it. */
export function checkOptionsApply(
  options: AnalysisOptions,
  taskType: 'DETECTION' | 'CLASSIFICATION' | 'FILTER',
  path: readonly string[],
): ValidationIssue[] {
  const issue = (field: string, message: string): ValidationIssue => ({ path: [...path, field], message });
  if (taskType !== 'DETECTION')
    return Object.entries(detectionOnly)
      .filter(([field, isIdle]) => !isIdle(options[field as keyof AnalysisOptions] as never))
      .map(([field]) => issue(field, `It has no effect on a ${taskType} task. Omit it.`));
  if (options.matchCatalog !== false) return [];
  return (['smoothNeighbors', 'restrictToTags'] as const)
    .filter((field) => !detectionOnly[field](options[field] as never))
    .map((field) => issue(field, 'It has no effect when matchCatalog is false. Omit one of them.'));
}

/** What of the options breaks a rule. */
export function checkOptions(options: AnalysisOptions, path: readonly string[]): ValidationIssue[] {
  return findIssues(rule, options, path);
}
