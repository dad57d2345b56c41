import type { Readable } from 'node:stream';
import busboy, { type FilePart } from 'busboy';
import type { GraphQLError } from 'graphql';
import { refusal } from '../refusal.ts';
import { type FileVariables, readFileMap } from './upload-map.ts';
import { fileUpload } from './uploaded-file.ts';

export interface MultipartLimits {
  maxFiles: number;
  /** A file may have as many bytes; one more makes its stream fail with BlobTooLargeError. */
  maxFileBytes: number;
  /** Of the parts `operations` and `map` each. */
  maxFieldBytes: number;
}

export function isMultipart(contentType: string | null | undefined): boolean {
  return /^multipart\/form-data\s*(;|$)/i.test(contentType ?? '');
}

/**
 * Reads a GraphQL multipart request up to its first file and returns its operations, with an `Upload` in the place of each
 * file. The files follow while the operation runs: the promise of an upload is fulfilled when its part arrives, and the next
 * part arrives once this one has been read.
 *
 * The parts are read by busboy and not by the processRequest of graphql-upload-minimal, of which only `Upload` and the scalar
 * are used: docs/decisions/0006-multipart-reader.md says why.
 *
 * @throws GraphQLError BAD_USER_INPUT for anything that is not such a request, PAYLOAD_TOO_LARGE for too many files, and the
 *   body's own error
 */
export function readMultipart(body: Readable, contentType: string, limits: MultipartLimits): Promise<unknown> {
  return new Promise((resolve, reject) => new MultipartReader(limits, { resolve, reject }).read(body, contentType));
}

/** One request on its way in. Parts come in the order operations, map, files; `fail` ends it from any of these states. */
class MultipartReader {
  readonly limits: MultipartLimits;
  readonly answer: { resolve(operations: unknown): void; reject(error: Error): void };
  /** undefined: the part has not come yet. */
  operations: unknown;
  /** What still waits for its file; null: the map has not come yet. */
  waiting: FileVariables | null = null;
  /** The part being read; those before it have ended. */
  current: FilePart | null = null;
  failed = false;

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
    parser.on('field', (name, value, { valueTruncated }) =>
      this.attempt(() => this.field(name, value, valueTruncated), stop),
    );
    parser.on('file', (name, part, info) => this.attempt(() => this.file(name, part, info), stop));
    parser.on('filesLimit', () => stop(tooManyFiles(this.limits.maxFiles)));
    parser.on('fieldsLimit', () => stop(malformed('It has fields beside operations and map.')));
    parser.on('error', (error) => stop(malformed(`${error.message}.`)));
    parser.on('close', () => this.end());
    body.on('error', stop);
    body.pipe(parser);
  }

  /** Events come from inside busboy, where a thrown error would surface as one of the parser's own. */
  attempt(step: () => void, stop: (error: Error) => void): void {
    try {
      if (!this.failed) step();
    } catch (error) {
      stop(error as Error);
    }
  }

  field(name: string, value: string, truncated: boolean): void {
    if (truncated)
      throw refusal('PAYLOAD_TOO_LARGE', `The part "${name}" is larger than ${this.limits.maxFieldBytes} bytes.`);
    if (name === 'operations') this.operations = parseJson(name, value);
    else if (name === 'map') this.startFiles(parseJson(name, value));
    else throw malformed(`It has a field "${name}" beside operations and map.`);
  }

  startFiles(map: unknown): void {
    if (this.operations === undefined) throw malformed('The part map comes before operations.');
    if (this.waiting !== null) throw malformed('It has the part map twice.');
    this.waiting = readFileMap(map, this.operations);
    if (this.waiting.size > this.limits.maxFiles) throw tooManyFiles(this.limits.maxFiles);
    this.answer.resolve(this.operations);
  }

  file(name: string, part: FilePart, info: { filename?: string; mimeType: string }): void {
    // Its error reaches whoever reads the part; nobody may.
    part.on('error', () => undefined);
    if (this.waiting === null) {
      part.resume();
      throw malformed(`The file "${name}" comes before the parts operations and map.`);
    }
    const variable = this.waiting.get(name);
    if (variable === undefined) {
      // Nothing refers to it; the others are still good.
      part.resume();
      return;
    }
    this.waiting.delete(name);
    this.current = part;
    variable.resolve(fileUpload(part, info, this.limits.maxFileBytes));
  }

  end(): void {
    if (this.operations === undefined) this.fail(malformed('It has no part operations.'));
    else if (this.waiting === null) this.fail(malformed('It has no part map.'));
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
      // A file that reaches busboy's limit is cut off there: one byte more tells "as large as allowed" from "too large".
      limits: { fieldSize: maxFieldBytes, fields: 2, fileSize: maxFileBytes + 1, files: maxFiles },
    });
  } catch (error) {
    throw malformed(`Its Content-Type cannot be used: ${(error as Error).message}.`);
  }
}

function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed(`The part ${name} is not JSON.`);
  }
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
