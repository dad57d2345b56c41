import { isPicture } from '../picture-folder.ts';
import { lastPart } from './label-file.ts';

/** Label Studio puts this in front of the name of a picture that was uploaded to it. */
const uploadPrefix = /^[0-9a-f]{8}-/;

/**
 * What the picture of a task may be called in a folder, from where the task has it: an upload (`/data/upload/1/1a2b3c4d-shelf.jpg`),
 * a local file (`/data/local-files/?d=aisle/shelf.jpg`), or a URL of any store.
 */
export function pictureNames(data: Record<string, unknown>, where: string): string[] {
  const urls = Object.values(data).filter((value) => typeof value === 'string');
  const name = urls.map(fileName).find(isPicture);
  if (name === undefined) {
    throw new Error(`${where} has no picture in its data. Only tasks about one picture each can be measured.`);
  }
  return uploadPrefix.test(name) ? [name, name.replace(uploadPrefix, '')] : [name];
}

function fileName(url: string): string {
  const [path, query] = url.split('?', 2);
  const local = new URLSearchParams(query).get('d');
  return lastPart(local ?? decode(path!));
}

/** A name with a bare % in it is as it stands. */
function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
