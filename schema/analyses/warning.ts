import { type AnalysisWarning as Warning, warningCodes } from '../../src/shared/warning.ts';
import { builder } from '../core/builder.ts';

const descriptions: Record<(typeof warningCodes)[number], string> = {
  IMAGE_DAMAGED:
    'Part of the image is missing or damaged and was read as grey or in wrong colours. Products there are not found.',
  PLANOGRAM_NOT_COMPARED: 'A planogram counts for the image, but was not compared with it. `compliance` is null.',
  TEXT_NOT_READ: 'Text was to be read, but was not. `texts` is null.',
  IMAGE_IRREGULAR: 'The image deviates from its file format, as files of some cameras do. All of it was read.',
  CODES_NOT_READ: 'Codes were to be read, but were not. `codes` is null.',
  CODES_INCOMPLETE:
    'There are more codes than are listed, because a limit of their number or of the reading time was reached.',
};

const AnalysisWarningCode = builder.enumType('AnalysisWarningCode', {
  description:
    'What a warning is about. More values may be added: go by the message of a warning with an unknown code.',
  values: Object.fromEntries(warningCodes.map((code) => [code, { description: descriptions[code] }])),
});

export const AnalysisWarning = builder.objectRef<Warning>('AnalysisWarning').implement({
  description: 'A fault of the image, or of an optional step, that did not keep the image from being analysed.',
  fields: (t) => ({
    code: t.field({
      type: AnalysisWarningCode,
      description: 'What the warning is about.',
      resolve: ({ code }) => code,
    }),
    message: t.exposeString('message', {
      description: 'What was found and what it means for the result. Written for people; the wording may change.',
    }),
  }),
});
