/**
 * A terminal signals all of its processes, and npm hands the signal on to the one that it runs: what follows the first one so
 * soon is the same wish, not a second.
 */
export const sameKeyPressMs = 500;
