import type { ObjectRef } from '@pothos/core';
import type { Context } from '../../src/context.ts';
import { InvalidCursorError } from '../../src/events/cursor.ts';
import type { EventKind } from '../../src/events/event.ts';
import type { StreamItem, StreamRequest } from '../../src/events/stream.ts';
import { decodeId, type IdKind } from '../../src/ids.ts';
import { refusal } from '../../src/refusal.ts';
import { builder, type Types } from './builder.ts';
import { organizationOf } from './caller.ts';

/** What a subscriber is told of a change. */
export type Delivered<Kind extends EventKind = EventKind> = Extract<StreamItem<Kind>, { type: 'event' }>;
type Resync = Extract<StreamItem, { type: 'resync' }>;

export const StreamEvent = builder.interfaceRef<{ cursor: string }>('StreamEvent').implement({
  description: 'One event of a stream.',
  fields: (t) => ({
    cursor: t.exposeString('cursor', {
      description: 'Pass it as `after` to go on from here, on any server process, without a gap or a repeat.',
    }),
  }),
});

const ResyncReason = builder.enumType('ResyncReason', {
  description: 'Why a stream cannot go on. More may come: treat an unknown one like the others.',
  values: {
    CURSOR_EXPIRED: { description: 'The events after the cursor are no longer kept.' },
    CURSOR_FOREIGN: { description: 'The cursor is of another installation, or of before this one was restored.' },
    SUBSCRIBER_TOO_SLOW: { description: 'Events came faster than they were read; this cursor loses none of them.' },
  } as const,
});

export const StreamResync = builder.objectRef<Resync>('StreamResync').implement({
  description:
    'The stream cannot go on from the cursor given, and completes: read the state again, then subscribe after this cursor.',
  interfaces: [StreamEvent],
  fields: (t) => ({
    reason: t.field({ type: ResyncReason, description: 'What happened.', resolve: (item) => item.reason }),
  }),
});

/** The union that a subscription delivers: its change beside StreamResync. */
export function streamUnion<Kind extends EventKind>(
  name: string,
  changed: ObjectRef<Types, Delivered<Kind>>,
  description: string,
) {
  return builder.unionType(name, {
    description,
    types: [changed, StreamResync],
    resolveType: (item) => (item.type === 'resync' ? StreamResync : changed),
  });
}

/** Opens a stream of the caller's organisation; a field's `subscribe`. @throws GraphQLError for what is no cursor. */
export function openStream<Kind extends EventKind>(
  context: Context,
  request: Omit<StreamRequest<Kind>, 'organizationId'>,
): AsyncIterableIterator<StreamItem<Kind>> {
  try {
    return context.app.events.open<Kind>({
      ...request,
      organizationId: organizationOf(context),
    } as StreamRequest<Kind>);
  } catch (error) {
    throw error instanceof InvalidCursorError ? refusal('BAD_USER_INPUT', error.message) : error;
  }
}

/** One stream cannot name more: each is looked up when it opens. */
const maxStreamIds = 500;

/**
 * The ids that narrow a stream; undefined when none were given. Unlike elsewhere a malformed id is refused: leaving it out
 * could leave none, and none means all.
 * @throws GraphQLError BAD_USER_INPUT
 */
export function streamIds(kind: IdKind, ids: readonly string[] | null | undefined): string[] | undefined {
  if (ids == null) return undefined;
  if (ids.length === 0) throw refusal('BAD_USER_INPUT', 'ids is empty. Leave it out to hear of all.');
  if (ids.length > maxStreamIds)
    throw refusal('BAD_USER_INPUT', `ids has ${ids.length} entries; a stream takes at most ${maxStreamIds}.`);
  return [...new Set(ids)].map((id) => {
    const uuid = decodeId(kind, id);
    if (uuid === null) throw refusal('BAD_USER_INPUT', `"${id}" in ids is not an id of this kind.`);
    return uuid;
  });
}

/**
 * An id that narrows a stream; undefined when none was given.
 * @throws GraphQLError BAD_USER_INPUT when it is none of that kind.
 */
export function streamId(kind: IdKind, id: string | null | undefined, name: string): string | undefined {
  if (id == null) return undefined;
  const uuid = decodeId(kind, id);
  if (uuid === null) throw refusal('BAD_USER_INPUT', `"${id}" in ${name} is not an id of this kind.`);
  return uuid;
}

builder.queryField('eventCursor', (t) =>
  t.string({
    description:
      'Where the log of changes stood before anything else of this request was read: query, then subscribe `after` it, and nothing is missed.',
    resolve: (_root, _args, { openingCursor }) => {
      if (openingCursor === null) throw new Error('The context of a query for eventCursor lacks the opening cursor.');
      return openingCursor;
    },
  }),
);

export const afterDescription =
  'Cursor of the last event seen, or an eventCursor: everything after it is sent, then what happens. Left out: from now; a stream over a finite set first sends the present state of each member.';
