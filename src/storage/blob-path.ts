import type { FileKey, UploadKey } from './blob-store.ts';

/** The characters of keys; nothing else ever becomes part of a path. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const sha256Hex = /^[0-9a-f]{64}$/;
const derivedPart = /^[a-z0-9]+([.-][a-z0-9]+){0,12}$/;

/**
 * Where a blob or export is below the root of a store, with `/` between parts: always inside its organisation's own folder.
 * Originals `<organisation>/<first two of sha256>/<sha256>`, derived pictures beside them as `<sha256>.<derived>`, exports
 * `<organisation>/exports/<id>`, pieces of uploads as `incomingPath` says.
 * @throws if the key does not consist of ids and hashes
 */
export function blobPath(key: FileKey): string {
  if ('pieceId' in key) return incomingPath({ organizationId: key.organizationId, uploadId: key.pieceId });
  if ('exportId' in key) return `${organizationFolder(key.organizationId)}/exports/${checked(key.exportId, uuid)}`;
  const { organizationId, derived } = key;
  const sha256 = checked(key.sha256, sha256Hex);
  const original = `${organizationFolder(organizationId)}/${sha256.slice(0, 2)}/${sha256}`;
  return derived === undefined ? original : `${original}.${checked(derived, derivedPart)}`;
}

/** The path of incoming bytes, of an upload or a piece of one: `<organisation>/incoming/<id>`. @throws as above */
export function incomingPath({ organizationId, uploadId }: UploadKey): string {
  return `${incomingFolder(organizationId)}${checked(uploadId, uuid)}`;
}

/** With a slash at its end. @throws as above */
export function incomingFolder(organizationId: string): string {
  return `${organizationFolder(organizationId)}/incoming/`;
}

/** The folder of everything of an organisation. @throws if it is not a valid id */
function organizationFolder(organizationId: string): string {
  return checked(organizationId, uuid);
}

function checked(part: string, pattern: RegExp): string {
  if (pattern.test(part)) return part;
  throw new Error(`${JSON.stringify(part)} is not a valid part of a blob's key; expected ${pattern}.`);
}
