import { fileLink } from '../graphql/file-link.ts';
import { NoAnswerError } from '../graphql/until-answered.ts';

export interface Target {
  url: string;
  method: string;
  headers: readonly { name: string; value: string }[];
}

/**
 * Sends a file to its upload target once. Resolves with null when the server has it, otherwise with the reason why it does not want it.
 *
 * By XMLHttpRequest, since fetch tells nothing of how far an upload is.
 *
 * @throws NoAnswerError when the connection broke; what arrived of the file counts for nothing then
 */
export function sendFile(
  target: Target,
  file: File,
  onProgress: (share: number) => void,
  stop: AbortSignal,
): Promise<string | null> {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
  request.onload = () => resolve(refusalOf(request));
  request.onerror = request.ontimeout = () => reject(new NoAnswerError('The connection broke.'));
  request.onabort = () => reject(stop.reason);
  stop.addEventListener('abort', () => request.abort(), { once: true });
  request.open(target.method, fileLink(target.url));
  // The browser writes it itself, and lets nobody else do so.
  for (const { name, value } of target.headers)
    if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
  request.send(file);
  return promise;
}

function refusalOf({ status, responseText }: XMLHttpRequest): string | null {
  // 409: the server has it already, and the response to that got lost.
  if ((status >= 200 && status < 300) || status === 409) return null;
  if (status === 503) throw new NoAnswerError('The server is not available.');
  return messageIn(responseText) ?? `The server answered with HTTP ${status}.`;
}

function messageIn(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text);
    const message = answer !== null && typeof answer === 'object' && 'message' in answer ? answer.message : null;
    return typeof message === 'string' ? message : null;
  } catch {
    // S3 answers in XML.
    return null;
  }
}
