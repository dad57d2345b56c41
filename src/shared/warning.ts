/** The warning of an analysis that SUCCEEDED on a picture with a fault: the contract's AnalysisWarningCode. */
export const warningCodes = ['IMAGE_DAMAGED', 'IMAGE_IRREGULAR'] as const;

export interface AnalysisWarning {
  code: (typeof warningCodes)[number];
  /** For people: what was found, and what it means for the result. */
  message: string;
}
