/** Where a page of a list begins and how many entries to read; `after` is the key of the last entry of the previous page. */
export interface Keyset {
  after: string | null;
  limit: number;
}
