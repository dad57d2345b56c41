/** A model or pipeline folder that cannot be used. The message names the file and says what to change. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}
