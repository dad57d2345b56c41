/**
 * Must be imported before any library: graphql-js reads NODE_ENV when it is loaded. Unless it is "production", each of its many checks of
 * a type also looks for a second copy of graphql-js. The container image sets it as well.
 */
process.env.NODE_ENV ??= 'production';
