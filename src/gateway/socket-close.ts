/**
 * Close codes that we send. graphql-ws clients connect again after each of these; after 4500 and most other codes of theirs
 * they give up.
 */
export const closeCode = {
  goingAway: 1001,
  tryAgainLater: 1013,
  forbidden: 4403,
} as const;
