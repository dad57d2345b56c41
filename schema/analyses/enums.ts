import type { AnalysisStatus as AnalysisStatusText } from '../../src/analyses/life.ts';
import { builder } from '../core/builder.ts';

export const AnalysisStatus = builder.enumType('AnalysisStatus', {
  description: 'The status of an analysis. More values may be added: treat an unknown one as not ended.',
  values: {
    AWAITING_UPLOAD: { description: 'The analysis waits for the bytes of its image.' },
    QUEUED: {
      description: 'The analysis waits for an engine. It returns to this status if the worker that ran it dies.',
    },
    RUNNING: { description: 'An engine is processing the image.' },
    SUCCEEDED: { description: 'The analysis has ended with a result.' },
    FAILED: { description: 'The analysis has ended without a result; see `failure`.' },
    CANCELED: { description: 'The analysis was cancelled by cancelAnalyses.' },
    EXPIRED: {
      description:
        'The analysis has ended because the bytes of its image never arrived. Create another upload and submit that one; renewUpload no longer works.',
    },
  } satisfies Record<AnalysisStatusText, { description: string }>,
});

export const Priority = builder.enumType('Priority', {
  description: 'The order in which analyses run. Within one priority, organisations take turns.',
  values: {
    INTERACTIVE: { description: 'Runs first: a person is waiting for the result.' },
    NORMAL: { description: 'Runs after INTERACTIVE and before BULK.' },
    BULK: { description: 'Runs after everything else.' },
  } as const,
});
