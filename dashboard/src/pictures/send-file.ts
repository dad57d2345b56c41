import { fileLink } from '../graphql/file-link.ts';
import { NoAnswerError, untilAnswered } from '../graphql/until-answered.ts';

export interface Target {
  url: string;
  /** Of the server itself, which takes parts; `url` may lead to S3. */
  resumableUrl: string;
  method: string;
  headers: readonly { name: string; value: string }[];
}

/** Where links lead to S3, which cannot go on after a cut, files from this size on are sent to the server itself. */
const largeBytes = 32_000_000;

/** What a server said about bytes. */
interface Answer {
  status: number;
  text: string;
  /** It asks to come again later. */
  isBusy: boolean;
}

/**
 * Sends a file to its upload target, however often the connection breaks. Where the server keeps what has arrived of a large file, the rest is
 * sent then. Resolves with null when the server has it, otherwise with the reason why it does not want it.
 * @param onProgress called with the part of the file that was sent, 0 to 1; it never falls
 */
export function sendFile(
  target: Target,
  file: File,
  onProgress: (share: number) => void,
  stop: AbortSignal,
): Promise<string | null> {
  let most = 0;
  const tell = (sentBytes: number) => {
    most = Math.max(most, sentBytes / file.size);
    onProgress(most);
  };
  const link = file.size >= largeBytes ? target.resumableUrl : target.url;
  const isResumable = link === target.resumableUrl;
  let wasCut = false;
  return untilAnswered(async () => {
    const asked = wasCut && isResumable ? await ask(link, stop) : null;
    if (asked !== null && asked.status !== 308) return refusalOf(asked);
    wasCut = true;
    const firstByte = asked === null ? 0 : (receivedBytesOf(asked) ?? 0);
    tell(firstByte);
    return refusalOf(await send({ ...target, url: link }, { file, firstByte, tell, stop }));
  }, stop);
}

/** Asks how many bytes have arrived. */
async function ask(link: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(fileLink(link), { method: 'PUT', headers: { 'Content-Range': 'bytes */*' }, signal });
  const isBusy = response.headers.has('Retry-After');
  return { status: response.status, text: await response.text(), isBusy };
}

interface Sending {
  file: File;
  firstByte: number;
  tell(sentBytes: number): void;
  stop: AbortSignal;
}

/** Sends a file from a byte on. By XMLHttpRequest, since fetch tells nothing of how far an upload is. */
function send(target: Target, { file, firstByte, tell, stop }: Sending): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = new XMLHttpRequest();
  request.upload.onprogress = ({ loaded }) => tell(firstByte + loaded);
  request.onload = () => {
    const isBusy = request.getResponseHeader('Retry-After') !== null;
    resolve({ status: request.status, text: request.responseText, isBusy });
  };
  request.onerror = request.ontimeout = () => reject(new NoAnswerError('The connection broke.'));
  request.onabort = () => reject(stop.reason);
  stop.addEventListener('abort', () => request.abort(), { once: true });
  request.open(target.method, fileLink(target.url));
  // The browser writes it itself, and lets nobody else do so.
  for (const { name, value } of target.headers)
    if (name.toLowerCase() !== 'content-length') request.setRequestHeader(name, value);
  if (firstByte > 0) request.setRequestHeader('Content-Range', `bytes ${firstByte}-${file.size - 1}/${file.size}`);
  request.send(firstByte > 0 ? file.slice(firstByte) : file);
  return promise;
}

/** @throws NoAnswerError when it is worth asking again */
function refusalOf({ status, text, isBusy }: Answer): string | null {
  if (status >= 200 && status < 300) return null;
  if (status === 308 || status === 503 || isBusy) throw new NoAnswerError('The server does not have the file yet.');
  if (status === 409) {
    // What was sent does not follow what has arrived, which is more or less than was known.
    if (receivedBytesOf({ text }) !== null) throw new NoAnswerError('The server has another part of the file.');
    // It has the file already, and the response to that got lost.
    return null;
  }
  return messageIn(text) ?? `The server answered with HTTP ${status}.`;
}

function receivedBytesOf({ text }: Pick<Answer, 'text'>): number | null {
  const value = valueIn(text, 'receivedBytes');
  return typeof value === 'number' ? value : null;
}

function messageIn(text: string): string | null {
  const value = valueIn(text, 'message');
  return typeof value === 'string' ? value : null;
}

/** S3 answers in XML. */
function valueIn(text: string, name: string): unknown {
  try {
    const answer: unknown = JSON.parse(text);
    return answer !== null && typeof answer === 'object' ? (answer as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
