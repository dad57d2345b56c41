/**
 * What to do about an upload whose bytes did not arrive in time, in the same words wherever that is told. Which of the two works is for
 * renewUpload to decide: nothing that has ended begins to wait again.
 */
export const expiredUploadAdvice =
  'Call renewUpload and send the bytes to the new url. If it answers ConflictError because an analysis or catalogue item that waited for them has ended, create another upload and submit that one.';
