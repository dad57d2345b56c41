/** Containers round times, Matroska to a millisecond: a frame that is this much early still belongs to the second after it. */
const roundingSeconds = 0.001;

/** The second that a frame at this time belongs to. The same as the decoder's, so that decoding from a second on repeats no frame. */
export function secondOf(timeSeconds: number): number {
  return Math.floor(timeSeconds + roundingSeconds);
}

/** As it is stored: to a millisecond. */
export function roundTime(timeSeconds: number): number {
  return Math.round(timeSeconds * 1_000) / 1_000;
}
