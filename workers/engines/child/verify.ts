import type { VerifyAnswer, VerifyRequest } from '../protocol/verify-messages.ts';
import { setUpSharp } from './pictures/sharp-setup.ts';
import { verifyModel } from './verify-model.ts';

/** The forked child of `sightline models verify`: a model that crashes the process affects only this one. */
setUpSharp();
process.once('message', async ({ model, ...options }: VerifyRequest) => {
  const answer: VerifyAnswer = await verifyModel(model, options).then(
    (report) => ({ ok: true, report }),
    (error: unknown) => ({ ok: false, message: error instanceof Error ? error.message : String(error) }),
  );
  process.send!(answer, () => process.exit(0));
});
