/** The system's own message names neither the disk nor what to do. @returns any other error as it is */
export function ofFullDisk(error: unknown, directory: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new Error(
    `The disk of ${directory} is full. Nothing was kept; free space there, or name a directory on another disk.`,
    { cause: error },
  );
}
