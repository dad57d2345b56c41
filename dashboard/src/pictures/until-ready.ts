/** What the server asks to wait where it says nothing. */
const usualWaitSeconds = 5;
/** A picture that took longer is not coming: each attempt waits at the server for ten seconds. */
const mostAttempts = 30;

/**
 * Asks for a picture that the server may still have to make (503), until it is there.
 * @param isWanted whether somebody still waits for it
 * @returns whether it is there
 */
export async function untilReady(link: string, isWanted: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < mostAttempts && isWanted(); attempt++) {
    const response = await fetch(link).catch(() => null);
    // Read to its end, it is in the browser's cache.
    await response?.arrayBuffer();
    if (response?.status !== 503) return response?.ok ?? false;
    await pause(Number(response.headers.get('Retry-After') ?? usualWaitSeconds));
  }
  return false;
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
