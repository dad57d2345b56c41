/** Where a page of a list begins and how much of it to read; `after` is the key of the last entry seen. */
export interface Keyset {
  after: string | null;
  limit: number;
}
