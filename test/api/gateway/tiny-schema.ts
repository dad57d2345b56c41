import { createHash } from 'node:crypto';
import {
  GraphQLBoolean,
  GraphQLError,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { GraphQLUpload } from 'graphql-upload-minimal';
import type { Context } from '../../../src/context.ts';
import { BlobTooLargeError } from '../../../src/storage/blob-store.ts';
import type { FileUpload } from '../../../src/storage/file-upload.ts';

/** One open stream of the field `ticks`: tests send into it and see when it was left. */
export interface Ticks {
  send(value: number): void;
  fail(error: Error): void;
  complete(): void;
  /** Resolves when `return()` was called: by the end of the subscription, of its socket or of the server. */
  left: Promise<void>;
}

export interface TinySchema {
  schema: GraphQLSchema;
  /** The next stream that is opened. */
  nextStream(): Promise<Ticks>;
  /** How many files were begun to be read. */
  readingUploads: number;
  /** What became of each upload whose reading failed. */
  failedUploads: unknown[];
}

/** Just enough to reach every path through the gateway. */
export function tinySchema(): TinySchema {
  const waiting: ((ticks: Ticks) => void)[] = [];
  const opened: Ticks[] = [];
  const open = (ticks: Ticks) => {
    const waiter = waiting.shift();
    if (waiter) waiter(ticks);
    else opened.push(ticks);
  };
  const files = { type: new GraphQLNonNull(new GraphQLList(GraphQLUpload)) };
  const Query = new GraphQLObjectType<unknown, Context>({
    name: 'Query',
    fields: {
      hello: { type: GraphQLString, resolve: () => 'world' },
      caller: { type: GraphQLString, resolve: (_root, _args, { caller }) => caller?.apiKeyId },
      organization: { type: GraphQLString, resolve: (_root, _args, { caller }) => caller?.organizationId },
      double: {
        type: GraphQLInt,
        args: { value: { type: new GraphQLNonNull(GraphQLInt) } },
        resolve: (_root, { value }) => value * 2,
      },
      publicUrl: { type: GraphQLString, resolve: (_root, _args, { app }) => app.publicUrl() },
      eventCursor: { type: GraphQLString, resolve: (_root, _args, { openingCursor }) => openingCursor },
      crash: {
        type: new GraphQLNonNull(GraphQLString),
        resolve: () => {
          throw new Error('the password is hunter2');
        },
      },
      nullableCrash: {
        type: GraphQLString,
        resolve: () => {
          throw new Error('the password is hunter2');
        },
      },
      refused: {
        type: new GraphQLNonNull(GraphQLString),
        resolve: () => {
          throw new GraphQLError('Not you.', { extensions: { code: 'FORBIDDEN', http: { status: 403 } } });
        },
      },
    },
  });
  const Mutation = new GraphQLObjectType<unknown, Context>({
    name: 'Mutation',
    fields: {
      hash: {
        type: new GraphQLNonNull(new GraphQLList(GraphQLString)),
        args: { files },
        resolve: (_root, { files }: { files: Promise<FileUpload>[] }) =>
          Promise.all(files.map((file) => hashOf(file, tiny))),
      },
      ignore: { type: GraphQLBoolean, args: { files }, resolve: () => true },
      rejectEarly: {
        type: GraphQLBoolean,
        args: { files },
        resolve: () => {
          throw new GraphQLError('Not today.');
        },
      },
    },
  });
  const Subscription = new GraphQLObjectType<unknown, Context>({
    name: 'Subscription',
    fields: {
      ticks: {
        type: GraphQLInt,
        args: { note: { type: GraphQLString } },
        subscribe: () => stream(open),
        resolve: (value) => value as number,
      },
      crashingTicks: {
        type: GraphQLInt,
        subscribe: () => stream(open),
        resolve: () => {
          throw new Error('the password is hunter2');
        },
      },
      refusedTicks: {
        type: GraphQLInt,
        subscribe: () => {
          throw new Error('the password is hunter2');
        },
      },
    },
  });
  const tiny: TinySchema = {
    schema: new GraphQLSchema({ query: Query, mutation: Mutation, subscription: Subscription }),
    nextStream: () =>
      new Promise((resolve) => {
        const ticks = opened.shift();
        if (ticks) resolve(ticks);
        else waiting.push(resolve);
      }),
    readingUploads: 0,
    failedUploads: [],
  };
  return tiny;
}

/** What intake does with a file: reads all of it, or says how it failed. */
async function hashOf(upload: Promise<FileUpload>, tiny: TinySchema): Promise<string> {
  try {
    const { filename, createReadStream } = await upload;
    const hash = createHash('sha256');
    let byteSize = 0;
    for await (const chunk of createReadStream()) {
      tiny.readingUploads += byteSize === 0 ? 1 : 0;
      hash.update(chunk);
      byteSize += chunk.length;
    }
    return `${filename} ${byteSize} ${hash.digest('hex')}`;
  } catch (error) {
    tiny.failedUploads.push(error);
    if (error instanceof BlobTooLargeError) return `larger than ${error.limitBytes}`;
    throw error;
  }
}

function stream(open: (ticks: Ticks) => void): AsyncIterableIterator<number> {
  const values: number[] = [];
  const left = Promise.withResolvers<void>();
  let ended: { error?: Error } | null = null;
  let wake = Promise.withResolvers<void>();
  const change = (step: () => void) => {
    step();
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  const finish = (error?: Error) =>
    change(() => {
      ended ??= { error };
    });
  const iterator: AsyncIterableIterator<number> = {
    async next() {
      while (values.length === 0 && ended === null) await wake.promise;
      const value = values.shift();
      if (value !== undefined) return { value, done: false };
      if (ended?.error) throw ended.error;
      return { value: undefined, done: true };
    },
    async return() {
      finish();
      left.resolve();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  open({
    send: (value) => change(() => values.push(value)),
    fail: finish,
    complete: () => finish(),
    left: left.promise,
  });
  return iterator;
}
