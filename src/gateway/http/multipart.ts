import type { Readable } from 'node:stream';
import busboy, { type FilePart } from 'busboy';
import type { GraphQLError } from 'graphql';
import { refusal } from '../../refusal.ts';
import { decodeText, readWhole } from './read-body.ts';
import { readJson } from './read-json.ts';
import { type FileVariables, readFileMap } from './upload-map.ts';
import { fileUpload } from './uploaded-file.ts';

/** Forms can contain more parts than the request needs, for example a CSRF token; they are skipped. */
const maxFields = 20;
/** `operations` and `map` may be sent as files, as with `new Blob` in a browser and `files=` in Python. */
const partsOfRequest = ['operations', 'map'];

export interface MultipartLimits {
  maxFiles: number;
  /** Maximum bytes of a file; one more makes its stream fail with BlobTooLargeError. */
  maxFileBytes: number;
  /** For each of the parts `operations` and `map`. */
  maxFieldBytes: number;
}

export function isMultipart(contentType: string | null | undefined): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(contentType ?? '');
}

/**
 * Reads a GraphQL multipart request up to its first file and returns its operations, with an `Upload` instead of each file. The
 * files are read while the operation runs: the promise of an upload is fulfilled when its part arrives, and the next part arrives
 * after this one has been read.
 *
 * The parts are read by busboy and not by the processRequest of graphql-upload-minimal, of which only `Upload` and the scalar are
 * used: docs/decisions/0006-multipart-reader.md says why.
 *
 * @throws GraphQLError BAD_USER_INPUT if it is not such a request, PAYLOAD_TOO_LARGE for too many files, and the error of the body
 */
export function readMultipart(body: Readable, contentType: string, limits: MultipartLimits): Promise<unknown> {
  return new Promise((resolve, reject) => new MultipartReader(limits, { resolve, reject }).read(body, contentType));
}

/** One request that is being read. The files come after operations and map; `fail` ends it in any state. */
class MultipartReader {
  readonly limits: MultipartLimits;
  readonly answer: { resolve(operations: unknown): void; reject(error: Error): void };
  /** undefined: the part has not arrived yet. */
  operations: unknown;
  map: unknown;
  /** Uploads that still wait for their files; null: operations or map have not arrived yet. */
  waiting: FileVariables | null = null;
  /** The part that is being read; earlier ones have ended. */
  current: FilePart | null = null;
  failed = false;
  /** Processes the parts in their order: busboy continues with the next one as soon as one is parsed. */
  steps: Promise<void> = Promise.resolve();

  constructor(limits: MultipartLimits, answer: MultipartReader['answer']) {
    this.limits = limits;
    this.answer = answer;
  }

  read(body: Readable, contentType: string): void {
    const parser = createParser(contentType, this.limits);
    const stop = (error: Error) => {
      body.unpipe(parser);
      this.fail(error);
      parser.destroy();
    };
    const then = (step: () => void | Promise<void>) => {
      this.steps = this.steps.then(() => (this.failed ? undefined : step())).catch(stop);
    };
    parser.on('field', (name, value, { valueTruncated }) => then(() => this.field(name, value, valueTruncated)));
    parser.on('file', (name, part, info) => {
      // The reader of the part gets its error, but there may be no reader.
      part.on('error', () => undefined);
      then(() => (partsOfRequest.includes(name) ? this.readAsField(name, part) : this.file(name, part, info)));
    });
    parser.on('filesLimit', () => stop(tooManyFiles(this.limits.maxFiles)));
    parser.on('fieldsLimit', () => stop(malformed(`It has more than ${maxFields} fields.`)));
    parser.on('error', (error) => stop(malformed(`${error.message}.`)));
    parser.on('close', () => then(() => this.end()));
    body.on('error', stop);
    body.pipe(parser);
  }

  async readAsField(name: string, part: FilePart): Promise<void> {
    this.current = part;
    const text = decodeText(await readWhole(part));
    if (!this.failed) this.field(name, text, part.truncated ?? false);
  }

  field(name: string, value: string, truncated: boolean): void {
    if (truncated) throw fieldTooLarge(name, this.limits.maxFieldBytes);
    if (this.waiting?.has(name))
      throw malformed(
        `The part "${name}" is named by map but is not sent as a file. Give it a filename: Content-Disposition: form-data; name="${name}"; filename="picture.jpg".`,
      );
    if (name !== 'operations' && name !== 'map') return;
    if (this[name] !== undefined) throw malformed(`It has the part ${name} twice.`);
    this[name] = readJson(value, `The part ${name} of the multipart request`);
    if (this.operations !== undefined && this.map !== undefined) this.startFiles(this.map);
  }

  startFiles(map: unknown): void {
    this.waiting = readFileMap(map, this.operations);
    if (this.waiting.size > this.limits.maxFiles) throw tooManyFiles(this.limits.maxFiles);
    this.answer.resolve(this.operations);
  }

  file(name: string, part: FilePart, info: { filename?: string; mimeType: string }): void {
    if (this.waiting === null) {
      part.resume();
      throw malformed(`The file "${name}" comes before the parts operations and map.`);
    }
    const variable = this.waiting.get(name);
    if (variable === undefined) {
      // Nothing refers to it; the others can still be used.
      part.resume();
      return;
    }
    this.waiting.delete(name);
    this.current = part;
    const cutOff = () => malformed(`The file "${name}" is cut off: the body ends before the part does.`);
    variable.resolve(fileUpload(part, info, { maxBytes: this.limits.maxFileBytes, cutOff }));
  }

  end(): void {
    if (this.operations === undefined) this.fail(malformed('It has no part operations.'));
    else if (this.map === undefined) this.fail(malformed('It has no part map.'));
    for (const [name, variable] of this.waiting ?? [])
      variable.reject(malformed(`The file "${name}", which map names, is not in it.`));
  }

  fail(error: Error): void {
    if (this.failed) return;
    this.failed = true;
    this.answer.reject(error);
    this.current?.destroy(error);
    for (const variable of (this.waiting as FileVariables | null)?.values() ?? []) variable.reject(error);
    this.waiting?.clear();
  }
}

function createParser(contentType: string, { maxFiles, maxFileBytes, maxFieldBytes }: MultipartLimits) {
  try {
    return busboy({
      headers: { 'content-type': contentType },
      defParamCharset: 'utf8',
      // A file that reaches busboy's limit is cut off there: one byte more distinguishes "as large as allowed" from "too large".
      limits: {
        fieldSize: maxFieldBytes,
        fields: maxFields,
        fileSize: maxFileBytes + 1,
        files: maxFiles + partsOfRequest.length,
      },
    });
  } catch (error) {
    throw malformed(`Its Content-Type cannot be used: ${(error as Error).message}.`);
  }
}

function fieldTooLarge(name: string, maxFieldBytes: number): GraphQLError {
  return refusal('PAYLOAD_TOO_LARGE', `The part "${name}" is larger than ${maxFieldBytes} bytes.`);
}

function malformed(what: string): GraphQLError {
  return refusal(
    'BAD_USER_INPUT',
    `This is not a GraphQL multipart request. ${what} Send the parts operations, map and then the files, in this order.`,
  );
}

function tooManyFiles(maxFiles: number): GraphQLError {
  return refusal(
    'PAYLOAD_TOO_LARGE',
    `A request carries at most ${maxFiles} files. Send the pictures in several requests.`,
  );
}
