/** What analyses are of. */
export type MediaType = 'IMAGE' | 'VIDEO';
