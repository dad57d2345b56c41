import type { ArgBuilder } from '@pothos/core';
import type { ResultBasis as ResultBasisName } from '../../src/analyses/corrections/correction.ts';
import { builder, type Types } from '../core/builder.ts';

export const ResultBasis = builder.enumType('ResultBasis', {
  description: 'Which form of a result is meant.',
  values: {
    FOUND: { description: 'What the analysis found. It never changes.' },
    CORRECTED: {
      description: 'What the analysis found, with all APPLIED corrections of the image, also those of its other runs.',
    },
  } satisfies Record<ResultBasisName, object>,
});

/** The argument of every field that shows what was found. */
export function basisArg(t: ArgBuilder<Types>) {
  return t({
    type: ResultBasis,
    required: true,
    defaultValue: 'FOUND',
    description: 'Whether to return what was found or what it is with corrections.',
  });
}
