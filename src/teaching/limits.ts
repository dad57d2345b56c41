/** Pictures that corrections teach one item, beside those of the catalogue. More are the same views again. */
export const mostTaught = 20;

/**
 * Counter-examples of an organisation. A detection is compared with the nearest few only, but engines hold the features of all in
 * the cache of 64 MB that they have for the pictures of the catalogue, 50 kB each.
 */
export const mostCounterExamples = 200;
