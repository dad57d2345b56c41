import { expect, test } from 'vitest';
import { OptionalSteps } from '../../../workers/engines/child/pipelines/optional-steps.ts';
import { JobFailure, processingTimeExceeded } from '../../../workers/engines/protocol/job-failure.ts';

test('an optional step that fails leaves a warning for people and an error for the log', async () => {
  const steps = new OptionalSteps({ skips: false });
  expect(await steps.run('TEXT_NOT_READ', async () => 7)).toBe(7);
  const failed = await steps.run('TEXT_NOT_READ', async () => {
    throw new Error('out of luck at /secret/path');
  });
  expect(failed).toBeNull();
  expect(steps.warnings).toEqual([{ code: 'TEXT_NOT_READ', message: expect.not.stringContaining('secret') }]);
  expect(steps.faults).toEqual([expect.stringContaining('out of luck')]);
});

test('the time limit ends the step, not the analysis', async () => {
  const steps = new OptionalSteps({ skips: false });
  const late = await steps.run('TEXT_NOT_READ', async () => {
    throw processingTimeExceeded(1_000);
  });
  expect(late).toBeNull();
  expect(steps.warnings).toEqual([{ code: 'TEXT_NOT_READ', message: expect.stringContaining('maxProcessingSeconds') }]);
  expect(steps.faults).toEqual([]);
});

test('a cancelled job ends', async () => {
  const canceled = new JobFailure('INTERNAL', 'The job was canceled.');
  const run = new OptionalSteps({ skips: false }).run('TEXT_NOT_READ', async () => {
    throw canceled;
  });
  await expect(run).rejects.toBe(canceled);
});

test('none is run on a picture on which engines have crashed', async () => {
  const steps = new OptionalSteps({ skips: true });
  const run = await steps.run('TEXT_NOT_READ', () => Promise.reject(new Error('It was run.')));
  expect(run).toBeNull();
  expect(steps.warnings).toEqual([{ code: 'TEXT_NOT_READ', message: expect.any(String) }]);
  expect(steps.faults).toEqual([]);
});
