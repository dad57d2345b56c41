import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { GraphQLError } from 'graphql';
import type { Kysely } from 'kysely';
import type { Registry } from 'prom-client';
import type { DB } from '../../database/types.generated.ts';
import type { Logger } from '../../log.ts';
import type { Callers } from '../../organizations/callers.ts';
import { findDefaultOrganization } from '../../organizations/organizations.repository.ts';
import { restrictionOf } from '../../organizations/restriction.ts';
import { refusal } from '../../refusal.ts';
import { authenticate } from '../authentication/authenticate.ts';
import { findSecret } from '../authentication/credentials.ts';
import { onlyReads, respond, respondError } from '../http/respond.ts';

interface MetricsParts {
  db: Kysely<DB>;
  callers: Callers;
  logger: Logger;
  registry: Registry;
}

type Handler = (req: IncomingMessage, res: ServerResponse) => Promise<void>;

/**
 * `GET /metrics` where the API is, for the operator: it needs an ADMIN key of the first organisation, whose keys `sightline keys`
 * creates. The numbers are those of the whole process, not of one organisation.
 */
export function createMetricsRoute({ db, callers, logger, registry }: MetricsParts): Handler {
  return async (req, res) => {
    if (!onlyReads(req, res)) return;
    try {
      const caller = await authenticate({ callers, logger }, findSecret(req.headers));
      if (caller === null) throw refusal('UNAUTHENTICATED', whoMayRead);
      const operator = await findDefaultOrganization(db);
      if (restrictionOf(caller) !== null || !caller.scopes.has('ADMIN') || caller.organizationId !== operator?.id)
        throw refusal('FORBIDDEN', whoMayRead);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const { code, http } = error.extensions as { code: string; http: { status: number } };
      return respondError(res, http.status, code, error.message);
    }
    await send(res, registry);
  };
}

const whoMayRead =
  'Send the header X-API-Key with an ADMIN key of the first organisation, or set METRICS_PORT for a port without keys.';

async function send(res: ServerResponse, registry: Registry): Promise<void> {
  respond(res, 200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }, await registry.metrics());
}

/** The same without a key, for a separate port that only the operator's network can reach. */
export function createMetricsServer(registry: Registry): Server {
  return createServer((req, res) => {
    if (req.url !== '/metrics') return respondError(res, 404, 'NOT_FOUND', 'This port serves only /metrics.');
    if (onlyReads(req, res)) send(res, registry).catch(() => res.destroy());
  });
}
