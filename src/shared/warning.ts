/** Warnings about optional steps that failed, for people: as a whole, and because of the time limit. */
export const stepWarnings = {
  TEXT_NOT_READ: {
    failed: 'The text of the image was not read, because the server failed. Rerun the analysis to read it.',
    late: 'The text of the image was not read: the analysis reached its time limit. Raise maxProcessingSeconds, or send a smaller image.',
  },
  CODES_NOT_READ: {
    failed: 'The codes of the image were not read, because the server failed. Rerun the analysis to read them.',
    late: 'The codes of the image were not read: the analysis reached its time limit. Raise maxProcessingSeconds, or send a smaller image.',
  },
} as const;

/** The warning of an analysis that SUCCEEDED although an optional step of it failed. */
export type StepWarningCode = keyof typeof stepWarnings;

/** The warning of an analysis that SUCCEEDED with a fault: the contract's AnalysisWarningCode. */
export const warningCodes = [
  'IMAGE_DAMAGED',
  'IMAGE_IRREGULAR',
  'CODES_INCOMPLETE',
  'PLANOGRAM_NOT_COMPARED',
  ...(Object.keys(stepWarnings) as StepWarningCode[]),
] as const;

export interface AnalysisWarning {
  code: (typeof warningCodes)[number];
  /** For people: what was found, and what it means for the result. */
  message: string;
}
