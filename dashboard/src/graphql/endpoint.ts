/** Relative to the page, since a proxy may serve the gateway below a path of its own. */
export const endpoint = new URL('graphql', document.baseURI).href;

export const socketEndpoint = endpoint.replace(/^http/, 'ws');
