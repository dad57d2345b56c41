// What we use of the package. Its own types leave out how an upload is settled, and offer its request processing, which has
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
