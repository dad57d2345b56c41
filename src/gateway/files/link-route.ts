import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Resources } from '../../resources.ts';
import { checkLink, idInLink, type LinkKind, type LinkParameters, nounOf } from '../../storage/signed-links.ts';
import { allowEmbedding, allowOrigins, readableByPages } from '../http/cors.ts';
import { onlyReads, respondError } from '../http/respond.ts';
import type { Exchange } from './send-file.ts';

export type FileHandler = (req: IncomingMessage, res: ServerResponse, url: URL) => Promise<void>;

/** What a link that `signLink` made leads to. */
export interface OpenedLink<K extends LinkKind> {
  /** UUID. */
  id: string;
  parameters: LinkParameters<K>;
}

/**
 * The handler of requests that read what links of one kind lead to. It answers preflights, other methods, and links that are wrong or
 * have expired.
 * @param send answers the rest
 */
export function linkRoute<K extends LinkKind>(
  app: Resources,
  kind: K,
  send: (exchange: Exchange, link: OpenedLink<K>) => Promise<void>,
): FileHandler {
  return async (req, res, url) => {
    if (allowOrigins(req, res, { ...readableByPages, origins: app.config.corsOrigins })) return;
    if (!onlyReads(req, res)) return;
    allowEmbedding(res);
    const id = idInLink(kind, url.pathname);
    if (id === null) return respondError(res, 404, 'NOT_FOUND', `This ${nounOf(kind)} does not exist.`);
    const link = checkLink(app.urlSecret, { kind, id }, url.searchParams, new Date());
    if (!link.valid) return respondError(res, 403, 'FORBIDDEN', link.reason);
    await send({ req, res }, { id, parameters: link.parameters });
  };
}
