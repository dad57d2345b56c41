import { decodeId } from '../../ids.ts';
import type { Resources } from '../../resources.ts';
import { checkLink, idKindOf, type LinkKind, type LinkParameters } from '../../storage/signed-links.ts';
import { allowEmbedding, allowOrigins, readableByPages } from '../http/cors.ts';
import { onlyReads, respondError } from '../http/respond.ts';
import type { Exchange } from './send-file.ts';

/** What a link that `signLink` made leads to. */
export interface OpenedLink<K extends LinkKind> {
  /** UUID. */
  id: string;
  parameters: LinkParameters<K>;
}

/**
 * Reads a request for a picture by its link.
 * @param folder with slashes
 * @returns null when the request has been answered: a preflight, another method, a link that is wrong or has expired
 */
export function openPictureLink<K extends LinkKind>(
  app: Resources,
  { req, res }: Exchange,
  url: URL,
  { kind, folder }: { kind: K; folder: string },
): OpenedLink<K> | null {
  if (allowOrigins(req, res, { ...readableByPages, origins: app.config.corsOrigins })) return null;
  if (!onlyReads(req, res)) return null;
  allowEmbedding(res);
  const id = decodeId(idKindOf(kind), url.pathname.slice(folder.length));
  if (id === null) {
    respondError(res, 404, 'NOT_FOUND', `This ${idKindOf(kind)} does not exist.`);
    return null;
  }
  const link = checkLink(app.urlSecret, { kind, id }, url.searchParams, new Date());
  if (link.valid) return { id, parameters: link.parameters };
  respondError(res, 403, 'FORBIDDEN', link.reason);
  return null;
}
