import type { AnalysisStatus as AnalysisStatusText } from '../../src/analyses/life.ts';
import { builder } from '../core/builder.ts';

export const AnalysisStatus = builder.enumType('AnalysisStatus', {
  description: 'Where an analysis stands. More may come: treat an unknown one as not ended.',
  values: {
    AWAITING_UPLOAD: { description: 'Its picture is on its way.' },
    QUEUED: { description: 'Waits for an engine; again so when the worker that ran it died.' },
    RUNNING: { description: 'An engine works on it.' },
    SUCCEEDED: { description: 'Ended with a result.' },
    FAILED: { description: 'Ended without a result; `failure` says why.' },
    CANCELED: { description: 'Ended by cancelAnalyses.' },
    EXPIRED: { description: 'Ended because its picture never came.' },
  } satisfies Record<AnalysisStatusText, { description: string }>,
});
