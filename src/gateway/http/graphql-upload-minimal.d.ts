// The part of the package that we use. Its own types omit how an upload is settled, and include its request processing, which has
// faults (docs/decisions/0006-multipart-reader.md).
declare module 'graphql-upload-minimal' {
  import type { GraphQLScalarType } from 'graphql';

  /** The value of an `Upload` variable before GraphQLUpload reads it. */
  export class Upload<File> {
    readonly promise: Promise<File>;
    resolve(file: File): void;
    reject(error: Error): void;
  }

  export const GraphQLUpload: GraphQLScalarType<Promise<unknown>, never>;
}
