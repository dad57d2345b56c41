import type { Caller, Context, Scope, Session } from '../../context.ts';
import type { Resources } from '../../resources.ts';
import type { Narrowing } from '../../shared/narrowing.ts';

/**
 * Everything of a caller that the response to an event may depend on. Callers with the same key get the same response, so whatever the
 * key does not contain cannot be read: a field that needs it fails for everybody, instead of showing one caller what belongs to another.
 */
export class CallerView implements Caller {
  readonly organizationId: string;
  /** Also decides whether links lead to originals. In the order in which messages list them. */
  readonly scopes: ReadonlySet<Scope>;
  readonly session: Session | null;
  /** Equal for callers who see the same. */
  readonly key: string;

  constructor({ organizationId, scopes, session }: Caller) {
    this.organizationId = organizationId;
    this.scopes = scopes;
    this.session = session && new SessionView(session);
    const ofSession = session && [session.narrowing, session.analysisId, session.singleUse];
    this.key = JSON.stringify([organizationId, [...scopes], ofSession]);
  }

  get apiKeyId(): string {
    return notShared('apiKeyId');
  }

  get expiresAt(): Date | null {
    return notShared('expiresAt');
  }
}

class SessionView implements Session {
  readonly narrowing: Narrowing | null;
  readonly analysisId: string | null;
  readonly singleUse: boolean;

  constructor({ narrowing, analysisId, singleUse }: Session) {
    this.narrowing = narrowing;
    this.analysisId = analysisId;
    this.singleUse = singleUse;
  }

  get tokenId(): string {
    return notShared('session.tokenId');
  }

  get actor(): string | null {
    return notShared('session.actor');
  }
}

function notShared(name: string): never {
  throw new Error(
    `A field of an event depends on caller.${name}, but the response is shared with callers who differ in it. Add it to CallerView.`,
  );
}

/** Callers come from a cache, so most streams of a key have the same one. */
const views = new WeakMap<Caller, CallerView>();

function viewOf(caller: Caller): CallerView {
  const known = views.get(caller);
  if (known) return known;
  const view = new CallerView(caller);
  views.set(caller, view);
  return view;
}

/** The context that events are executed with: nothing in it belongs to a single request or connection. */
export interface EventContext extends Context {
  /** null: a stream without a key, which no field of the schema allows. */
  caller: CallerView | null;
}

/** A new one for each response: loaders and permissions of the schema are kept with it. */
export function eventContext({ app, caller }: Context): EventContext {
  const view = caller && viewOf(caller);
  return {
    app: forEvents(app),
    caller: view,
    viewKey: view?.key ?? null,
    openingCursor: null,
    idempotencyKey: null,
    connectionClosed: noSignal,
  };
}

const noSignal = () => null;

const resourcesForEvents = new WeakMap<Resources, Resources>();

/** What responses to events read waits for connections of its own. */
function forEvents(app: Resources): Resources {
  const known = resourcesForEvents.get(app);
  if (known) return known;
  const own = { ...app, db: app.eventDb };
  resourcesForEvents.set(app, own);
  return own;
}
