import type { Config } from '../../config.ts';
import { FetchError } from '../../fetching/fetch-error.ts';
import { checkUrl } from '../../fetching/url-policy.ts';
import type { Remote } from './received.ts';
import { type Rejected, rejectedPicture } from './rejected.ts';
import { UnusablePictureError } from './unusable-picture.ts';

/** Checks of a URL that are possible here; the worker that fetches it does the rest. */
export function receiveUrl(url: string, policy: Config['urlIngest']): Remote | Rejected {
  try {
    if (policy === null) throw new UnusablePictureError('URL_NOT_ALLOWED', fetchingOff);
    const parsed = URL.parse(url);
    if (parsed === null) throw new UnusablePictureError('URL_NOT_ALLOWED', notAUrl);
    checkUrl(parsed, policy);
    return { kind: 'remote', url };
  } catch (error) {
    if (error instanceof UnusablePictureError) return rejectedPicture(error, null);
    if (error instanceof FetchError)
      return rejectedPicture(new UnusablePictureError('URL_NOT_ALLOWED', error.message), null);
    throw error;
  }
}

const fetchingOff =
  'This server does not fetch from URLs. Send the file itself, or ask the operator to set URL_INGEST=on.';

const notAUrl = 'The text is not a URL. Send an absolute one, for example https://example.com/shelf.jpg.';
