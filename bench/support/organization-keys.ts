import { bootstrapOrganization } from '../../src/organizations/bootstrap.ts';
import { newSecret } from '../../src/organizations/key-secret.ts';
import { storeKey } from '../../src/organizations/keys.service.ts';
import type { BenchDatabase } from './bench-database.ts';

/** A key has up to 1,000 streams and 200 sockets; those of the benches have ten streams a socket. */
const streamsOfKey = 1_000;

/** Secrets of the keys of a new organisation, enough for as many streams. */
export async function createOrganizationKeys({ db }: BenchDatabase, streams: number): Promise<[string, ...string[]]> {
  const first = newSecret();
  const others = Array.from({ length: Math.ceil(streams / streamsOfKey) - 1 }, newSecret);
  await bootstrapOrganization(db, first);
  const { id } = await db.selectFrom('organization').select('id').executeTakeFirstOrThrow();
  for (const secret of others) await storeKey(db, id, { name: 'bench', scopes: ['READ'], expiresAt: null }, secret);
  return [first, ...others];
}
