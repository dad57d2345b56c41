import type { LoadedModel } from '../../src/models/load-model.ts';
import { setUpSharp } from './sharp-setup.ts';
import { type ModelReport, verifyModel } from './verify-model.ts';

/** The forked child of `sightline models verify`: a model that crashes its process takes only this one with it. */
export interface VerifyRequest {
  model: LoadedModel;
  threads: number;
  image: string | null;
  maxImagePixels: number;
}

export type VerifyAnswer = { ok: true; report: ModelReport } | { ok: false; message: string };

setUpSharp();
process.once('message', async ({ model, ...options }: VerifyRequest) => {
  const answer: VerifyAnswer = await verifyModel(model, options).then(
    (report) => ({ ok: true, report }),
    (error: unknown) => ({ ok: false, message: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(answer, () => process.exit(0));
});
