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
        `It has ${(input as unknown[]).length} tags; expected 1 to ${maxTags}. Leave it out to look for every item of the task.`,
    })
    .optional(),
});

/** What of the options breaks a rule. */
export function checkOptions(options: AnalysisOptions, path: readonly string[]): ValidationIssue[] {
  return findIssues(rule, options, path);
}
