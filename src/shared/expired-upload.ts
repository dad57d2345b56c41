/**
 * What to do about an upload whose bytes did not arrive in time, with the same words in all messages. renewUpload decides which of
 * the two works: nothing that has ended begins to wait again.
 */
export const expiredUploadAdvice =
  'Call renewUpload and send the bytes to the new url. If it answers ConflictError because an analysis or catalogue item that waited for them has ended, create another upload and submit that one.';
