/**
 * Close codes that we send. graphql-ws clients reconnect after the first three; after the others, as after 4500 and most of their
 * own codes, they give up.
 */
export const closeCode = {
  goingAway: 1001,
  tryAgainLater: 1013,
  forbidden: 4403,
  badRequest: 4400,
  unauthorized: 4401,
  protocolNotAcceptable: 4406,
} as const;
