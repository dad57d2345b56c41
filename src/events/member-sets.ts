import type { Transaction } from 'kysely';
import type { DB } from '../database/types.generated.ts';
import type { Member, MemberSet, StreamRequest } from './stream.ts';

type SetRequest = Pick<StreamRequest, 'memberSet' | 'organizationId'>;

/** The members of sets that were read together. */
export interface MemberSets {
  /** Those of the request's set; none for an unknown key. */
  find(request: SetRequest): readonly Member[];
}

type Members = ReadonlyMap<string, readonly Member[]>;

/** Reads the sets of several requests, with one call for each kind of set and organisation. */
export async function readMemberSets(
  trx: Transaction<DB>,
  requests: readonly { request: SetRequest }[],
): Promise<MemberSets> {
  const groups = new Map<MemberSet['read'], Map<string, Set<string>>>();
  for (const { request } of requests) if (request.memberSet) addKey(groups, request.memberSet, request.organizationId);
  const found = new Map<MemberSet['read'], Map<string, Members>>();
  for (const [read, organizations] of groups) {
    const ofRead = new Map<string, Members>();
    found.set(read, ofRead);
    // One after the other: a connection runs one statement at a time.
    for (const [organizationId, keys] of organizations)
      ofRead.set(organizationId, await read(trx, organizationId, [...keys]));
  }
  return {
    find: ({ memberSet, organizationId }) =>
      (memberSet && found.get(memberSet.read)?.get(organizationId)?.get(memberSet.key)) ?? [],
  };
}

function addKey(
  groups: Map<MemberSet['read'], Map<string, Set<string>>>,
  { read, key }: MemberSet,
  organizationId: string,
): void {
  const organizations = groups.get(read) ?? new Map<string, Set<string>>();
  groups.set(read, organizations);
  const keys = organizations.get(organizationId) ?? new Set<string>();
  organizations.set(organizationId, keys.add(key));
}
