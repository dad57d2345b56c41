import type { ApolloClient } from '@apollo/client';
import { toHex } from '../format/hex.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import { mediaTypeOf, videoTypeOf } from './media-type.ts';
import type { Target } from './send-file.ts';
import { CreateTargetsDocument } from './upload-targets.generated.ts';

/**
 * Asks where to send the bytes of these files, in their order.
 * @param files without those of which `mediaFaultOf` says that they cannot be sent
 * @throws Error in the API's words when it refuses one
 */
export async function createTargets(
  apollo: ApolloClient,
  files: readonly File[],
  stop: AbortSignal,
): Promise<readonly (Target & { id: string })[]> {
  const uploads = await Promise.all(files.map(announce));
  const variables = { uploads, idempotencyKey: newIdempotencyKey() };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: CreateTargetsDocument, variables, fetchPolicy: 'no-cache' }),
    stop,
  );
  const result = data!.createUploads;
  if ('message' in result) throw new Error(result.message);
  return result.uploads;
}

async function announce(file: File) {
  const mimeType = mediaTypeOf(file) ?? videoTypeOf(file);
  if (mimeType === null) throw new Error(`${file.name} is neither a picture nor a video.`);
  return { filename: file.name, mimeType, byteSize: file.size, sha256: await sha256Of(file) };
}

/** Servers that store uploads directly in S3 require it. Browsers have it only for pages over HTTPS and on localhost. */
async function sha256Of(file: File): Promise<string | null> {
  if (crypto.subtle === undefined) return null;
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return toHex(new Uint8Array(digest));
}
