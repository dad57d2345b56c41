import { Upload } from 'graphql-upload-minimal';
import { refusal } from '../../refusal.ts';
import type { FileUpload } from '../../storage/file-upload.ts';

/** Variables that wait for a file, by the name of its part. */
export type FileVariables = Map<string, Upload<FileUpload>>;

/**
 * Puts an Upload into `operations` wherever the part `map` says that a file belongs.
 * @throws GraphQLError BAD_USER_INPUT unless every path leads over own properties to a null that no other path leads to
 */
export function readFileMap(map: unknown, operations: unknown): FileVariables {
  if (!isContainer(map) || Array.isArray(map)) throw wrongMap('It is not an object of paths by part name.');
  const variables: FileVariables = new Map();
  for (const [name, paths] of Object.entries(map)) {
    if (!isPathList(paths)) throw wrongMap(`"${name}" is not a list of paths.`);
    const upload = new Upload<FileUpload>();
    // A client may send one file for several variables; all of them get the same upload.
    for (const path of paths) setUpload(operations, path, upload);
    variables.set(name, upload);
  }
  return variables;
}

function setUpload(operations: unknown, path: string, upload: Upload<FileUpload>): void {
  const names = path.split('.');
  const last = names.pop() as string;
  const holder = names.reduce(ownProperty, operations);
  // This also prevents a path from reaching inherited properties.
  if (!isContainer(holder) || !Object.hasOwn(holder, last) || holder[last] !== null)
    throw wrongMap(`The path "${path}" does not lead to a null in operations.`);
  holder[last] = upload;
}

function isPathList(paths: unknown): paths is string[] {
  return Array.isArray(paths) && paths.length > 0 && paths.every((path) => typeof path === 'string');
}

function ownProperty(holder: unknown, name: string): unknown {
  return isContainer(holder) && Object.hasOwn(holder, name) ? holder[name] : undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function wrongMap(what: string) {
  return refusal('BAD_USER_INPUT', `The part map of the multipart request cannot be used. ${what}`);
}
