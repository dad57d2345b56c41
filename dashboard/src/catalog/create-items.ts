import type { ApolloClient } from '@apollo/client';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import { untilAnswered } from '../graphql/until-answered.ts';
import { faultOf } from '../pictures/media-type.ts';
import { CreateItemDocument } from './catalog.generated.ts';

/** An item that is to be created from a picture. */
export interface Creation {
  /** Also its idempotency key: a request that is repeated after a lost connection creates nothing twice. */
  key: string;
  name: string;
  state: 'waiting' | 'created' | 'failed';
  /** Why it failed. */
  problem: string | null;
}

const atOnce = 3;

/** Creates an item a file. One that cannot be used affects no other. */
export async function createItems(
  apollo: ApolloClient,
  files: readonly File[],
  onChange: (creations: readonly Creation[]) => void,
): Promise<void> {
  let creations = files.map((file): Creation => {
    const problem = faultOf(file);
    return { key: newIdempotencyKey(), name: nameOf(file), state: problem === null ? 'waiting' : 'failed', problem };
  });
  onChange(creations);
  const left = creations.flatMap(({ state }, i) => (state === 'waiting' ? [i] : []));
  const createNext = async () => {
    for (let i = left.shift(); i !== undefined; i = left.shift()) {
      const problem = await createItem(apollo, files[i]!, creations[i]!);
      creations = creations.with(i, { ...creations[i]!, state: problem === null ? 'created' : 'failed', problem });
      onChange(creations);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, createNext));
}

/** Resolves with the reason when it was not created. */
async function createItem(apollo: ApolloClient, file: File, { key, name }: Creation): Promise<string | null> {
  const variables = { input: { name, thumbnail: { upload: file }, idempotencyKey: key } };
  const { data } = await untilAnswered(
    () => apollo.mutate({ mutation: CreateItemDocument, variables, fetchPolicy: 'no-cache' }),
    new AbortController().signal,
  );
  const result = data!.createCatalogItem;
  return 'message' in result ? result.message : null;
}

/** `oat-rings_500g.jpg` → `oat rings 500g` */
function nameOf({ name }: File): string {
  return name
    .replace(/\.[^.]+$/, '')
    .replace(/[-_]+/g, ' ')
    .trim();
}
