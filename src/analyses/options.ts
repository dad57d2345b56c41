import { z } from 'zod';
import type { LoadedPipeline } from '../models/load-pipelines.ts';
import type { ValidationIssue } from '../user-error.ts';
import { findIssues } from '../validation/check.ts';
import { text } from '../validation/rules.ts';

/** Options that override the task for one analysis, as stored in `analysis.options`; for an absent one, the task's value applies. */
export interface AnalysisOptions {
  threshold?: number;
  topCandidates?: number;
  /** Absent: true. */
  matchCatalog?: boolean;
  /** Absent: false. */
  smoothNeighbors?: boolean;
  readText?: boolean;
  /** Absent: as the task says. */
  readCodes?: boolean;
  /** ISO 3166; always refused, see checkOptionsApply. */
  country?: string;
  /** Absent: all items, with or without tags. */
  restrictToTags?: readonly string[];
}

/** Limits the number of matrices in workers: every set of tags needs one. */
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

const isAbsent = (value: unknown) => value === undefined;

/** Options that only DETECTION uses, with the conditions under which they have no effect. */
const detectionOnly = {
  matchCatalog: (value: AnalysisOptions['matchCatalog']) => value ?? true,
  smoothNeighbors: (value: AnalysisOptions['smoothNeighbors']) => !value,
  readText: (value: AnalysisOptions['readText']) => !value,
  readCodes: (value: AnalysisOptions['readCodes']) => !value,
  restrictToTags: isAbsent,
};

/** The same of options that only a comparison with the catalogue uses. */
const catalogOnly = {
  smoothNeighbors: detectionOnly.smoothNeighbors,
  restrictToTags: isAbsent,
  topCandidates: isAbsent,
};

/** The same where people, animals and vehicles are found: they have no candidates, and DETECTION lists the labels of all of them. */
const idleOfObjects = {
  matchCatalog: detectionOnly.matchCatalog,
  readText: detectionOnly.readText,
  readCodes: detectionOnly.readCodes,
  restrictToTags: isAbsent,
};

type Idle = Partial<Record<keyof AnalysisOptions, (value: never) => boolean>>;

function idleOptions(type: 'DETECTION' | 'CLASSIFICATION' | 'FILTER', isOfObjects: boolean): Idle {
  if (!isOfObjects) return detectionOnly;
  return type === 'DETECTION' ? { ...idleOfObjects, topCandidates: isAbsent } : idleOfObjects;
}

const noSpeciesOfCountries =
  'This server has no list of which species live in which country, so a country does not change what is found. Omit it; send where the picture was taken as location, which is stored with the analysis.';

/** Options without effect are rejected, because a client that sends one expects an effect. @param pipeline null: it is not installed */
export function checkOptionsApply(
  options: AnalysisOptions,
  { type, pipeline }: { type: 'DETECTION' | 'CLASSIFICATION' | 'FILTER'; pipeline: LoadedPipeline | null },
  path: readonly string[],
): ValidationIssue[] {
  const issue = (field: string, message: string): ValidationIssue => ({ path: [...path, field], message });
  if (options.country !== undefined) return [issue('country', noSpeciesOfCountries)];
  const isOfObjects = pipeline?.kind === 'OBJECTS';
  if (type !== 'DETECTION' || isOfObjects) {
    const where = isOfObjects ? `with the pipeline ${pipeline.key}` : `on a ${type} task`;
    return Object.entries(idleOptions(type, isOfObjects))
      .filter(([field, isIdle]) => !isIdle(options[field as keyof AnalysisOptions] as never))
      .map(([field]) => issue(field, `It has no effect ${where}. Omit it.`));
  }
  if (options.matchCatalog !== false) return [];
  return Object.entries(catalogOnly)
    .filter(([field, isIdle]) => !isIdle(options[field as keyof AnalysisOptions] as never))
    .map(([field]) => issue(field, 'It has no effect when matchCatalog is false. Omit one of them.'));
}

/** The options that violate a rule. */
export function checkOptions(options: AnalysisOptions, path: readonly string[]): ValidationIssue[] {
  return findIssues(rule, options, path);
}
