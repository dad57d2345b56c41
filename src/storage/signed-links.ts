import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { decodeId, encodeId, type IdKind } from '../ids.ts';
import { expiredUploadAdvice } from '../shared/expired-upload.ts';

const hourMs = 3_600_000;

interface Kind {
  /** Of the path. */
  folder: string;
  /** What its id is of. */
  id: IdKind;
  /** Names of the parameters that a link may have besides its expiry, in the order in which they are signed. */
  parameters: readonly string[];
  /** What to do about a link with a wrong signature, and about one that has expired. */
  forged: string;
  expired: string;
}

const readAgain = (field: string) => {
  const advice = `Read the ${field} again.`;
  return { forged: advice, expired: advice };
};

/** What links lead to. */
const kinds = {
  /** The bytes of an image; with a width a rendition of it. original: for whom may see the people in it. */
  image: { folder: 'images', id: 'image', parameters: ['original', 'width'], ...readAgain('url of the image') },
  /** An image with what an analysis found drawn on it. */
  annotated: {
    folder: 'annotated',
    id: 'analysis',
    parameters: ['confidence', 'width'],
    ...readAgain('annotatedUrl of the analysis'),
  },
  /** What a detection of an analysis shows. */
  crop: {
    folder: 'crops',
    id: 'analysis',
    parameters: ['detection', 'width'],
    ...readAgain('cropUrl of the detection'),
  },
  /** A planogram and what an analysis found of it, drawn. */
  planogram: {
    folder: 'planograms',
    id: 'analysis',
    parameters: ['basis'],
    ...readAgain('planogramUrl of the analysis'),
  },
  /** The bytes of a video. original: for whom may see the people in it. */
  video: { folder: 'videos', id: 'video', parameters: ['original'], ...readAgain('url of the video') },
  /** One frame of a video. time: in milliseconds. */
  frame: { folder: 'frames', id: 'video', parameters: ['time', 'width'], ...readAgain('url of the frame') },
  /** The frame that stands for a video. */
  poster: { folder: 'posters', id: 'video', parameters: ['width'], ...readAgain('posterUrl of the video') },
  /** What a track of a video analysis is. */
  track: {
    folder: 'tracks',
    id: 'videoAnalysis',
    parameters: ['track', 'width'],
    ...readAgain('cropUrl of the track'),
  },
  /** The file of an export. */
  export: { folder: 'exports', id: 'export', parameters: [], ...readAgain('url of the export') },
  /** The target of an upload. */
  upload: {
    folder: 'uploads',
    id: 'upload',
    parameters: [],
    forged: 'Use the url of the upload unchanged.',
    expired: expiredUploadAdvice,
  },
} as const satisfies Record<string, Kind>;

export type LinkKind = keyof typeof kinds;
/** The parameters of one kind; absent ones are not in the link. */
export type LinkParameters<K extends LinkKind> = Partial<Record<(typeof kinds)[K]['parameters'][number], string>>;

export interface LinkSigner {
  /** The address by which clients reach this server, without a slash at the end. */
  publicUrl: string;
  /** The row `url` of the table `secret`. */
  secret: KeyObject;
}

export interface SignedLink<K extends LinkKind> {
  kind: K;
  /** UUID. */
  id: string;
  expiresAt: Date;
  parameters?: LinkParameters<K>;
}

/** A link that works without an API key until it expires. */
export function signLink<K extends LinkKind>(
  { publicUrl, secret }: LinkSigner,
  { kind, id, expiresAt, parameters }: SignedLink<K>,
): string {
  const expires = Math.floor(expiresAt.getTime() / 1000);
  const query = new URLSearchParams({ expires: String(expires), ...parameters });
  query.set('signature', signature(secret, { kind, id, expires, query }).toString('base64url'));
  return `${publicUrl}/${kinds[kind].folder}/${encodeId(kinds[kind].id, id)}?${query}`;
}

/** In one to two hours, on the hour: a link stays the same within an hour, so that browsers find the picture in their cache. */
export function nextHour(now: Date): Date {
  return new Date(Math.ceil((now.getTime() + hourMs) / hourMs) * hourMs);
}

export type LinkCheck<K extends LinkKind> =
  | { valid: true; parameters: LinkParameters<K> }
  | { valid: false; reason: string };

/** Whether `signLink` created this query for this object with this secret, and the link has not expired. */
export function checkLink<K extends LinkKind>(
  secret: KeyObject,
  { kind, id }: Pick<SignedLink<K>, 'kind' | 'id'>,
  query: URLSearchParams,
  now: Date,
): LinkCheck<K> {
  const expires = Number(query.get('expires'));
  const given = Buffer.from(query.get('signature') ?? '', 'base64url');
  const expected = signature(secret, { kind, id, expires, query });
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return { valid: false, reason: `The signature of this link is invalid. ${kinds[kind].forged}` };
  if (expires * 1000 <= now.getTime()) return { valid: false, reason: `This link has expired. ${kinds[kind].expired}` };
  const parameters = namesOf(kind).flatMap((name) => (query.has(name) ? [[name, query.get(name)]] : []));
  return { valid: true, parameters: Object.fromEntries(parameters) };
}

interface Signed {
  kind: LinkKind;
  id: string;
  /** Seconds since 1970. */
  expires: number;
  query: URLSearchParams;
}

function signature(secret: KeyObject, { kind, id, expires, query }: Signed): Buffer {
  // The kind is included, so that a link to an export cannot be used for an image with the same id.
  const parts = [kind, id, ...namesOf(kind).map((name) => query.get(name) ?? ''), expires];
  return createHmac('sha256', secret).update(parts.join('\n')).digest();
}

/** The id (UUID) in the path of a link of this kind; null: it is not one. */
export function idInLink(kind: LinkKind, pathname: string): string | null {
  const { folder, id } = kinds[kind];
  return decodeId(id, pathname.slice(`/${folder}/`.length));
}

/** What the id in a link of this kind is of, in messages. */
export function nounOf(kind: LinkKind): string {
  return kinds[kind].id.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`);
}

function namesOf(kind: LinkKind): readonly string[] {
  return kinds[kind].parameters;
}
