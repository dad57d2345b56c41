import type { OnFile } from '../backup/copy-tree.ts';
import { inGigabytes } from './check/finding.ts';

const tellEveryMs = 5_000;

/** Tells a person from time to time how far it is. @param done what is done with each file, e.g. "Copied" */
export function tellProgress(done: string, write: (line: string) => void): OnFile {
  let files = 0;
  let bytes = 0;
  let toldAtMs = performance.now();
  return (byteSize) => {
    files += 1;
    bytes += byteSize;
    if (performance.now() - toldAtMs < tellEveryMs) return;
    toldAtMs = performance.now();
    write(`${done} ${files.toLocaleString('en')} files, ${inGigabytes(bytes)} so far.\n`);
  };
}
