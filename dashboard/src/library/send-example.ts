import type { ApolloClient } from '@apollo/client';
import { faultOf } from '../pictures/media-type.ts';
import { sendFile } from '../pictures/send-file.ts';
import { createTargets } from '../pictures/upload-targets.ts';

interface SendOptions {
  /** @param share of the bytes, 0 to 1 */
  onProgress(share: number): void;
  stop: AbortSignal;
}

/**
 * Uploads a picture, and resolves with the id of its upload.
 * @throws Error that says why the picture was not accepted
 */
export async function sendExample(
  apollo: ApolloClient,
  file: File,
  { onProgress, stop }: SendOptions,
): Promise<string> {
  const fault = faultOf(file);
  if (fault !== null) throw new Error(fault);
  const [target] = await createTargets(apollo, [file], stop);
  const refusal = await sendFile(target!, file, onProgress, stop);
  if (refusal !== null) throw new Error(refusal);
  return target!.id;
}
