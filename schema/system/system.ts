import type { EngineState as EngineStateText } from '../../src/shared/engine-state.ts';
import { type Engine as EngineShape, millisecondsPerImage, usedCapacity } from '../../src/system/engines.ts';
import type { Queue } from '../../src/system/system.repository.ts';
import type { SystemState } from '../../src/system/system-status.ts';
import { version } from '../../src/version.ts';
import { builder } from '../core/builder.ts';
import { mayDo, organizationOf } from '../core/caller.ts';

const MediaType = builder.enumType('MediaType', {
  description: 'What can be analysed. More may come.',
  values: {
    IMAGE: { description: 'A still picture.' },
    VIDEO: { description: 'Not analysed by this version.' },
  } as const,
});

type Latency = { mediaType: 'IMAGE' | 'VIDEO'; millisecondsPerUnit: number | null };

const MediaLatency = builder.objectRef<Latency>('MediaLatency').implement({
  description: 'How long engines take; waiting in the queue is not part of it.',
  fields: (t) => ({
    mediaType: t.field({ type: MediaType, description: 'Of what.', resolve: ({ mediaType }) => mediaType }),
    unit: t.string({
      description: 'What the time is for: `image`, or `second of video`.',
      resolve: ({ mediaType }) => (mediaType === 'IMAGE' ? 'image' : 'second of video'),
    }),
    millisecondsPerUnit: t.exposeFloat('millisecondsPerUnit', {
      nullable: true,
      description:
        'Mean of what was analysed in the last 5 minutes, by the workers that are there now; null: nothing was, always so for VIDEO.',
    }),
  }),
});

const QueueStatus = builder.objectRef<Queue>('QueueStatus').implement({
  description: 'What the asking organisation has in work.',
  fields: (t) => ({
    queued: t.exposeInt('queued', { description: 'Analyses that wait.' }),
    running: t.exposeInt('running', { description: 'Analyses in an engine.' }),
    oldestQueuedSeconds: t.exposeFloat('oldestQueuedSeconds', {
      nullable: true,
      description: 'How long ago the oldest that waits was submitted; null: nothing waits.',
    }),
  }),
});

const EngineState = builder.enumType('EngineState', {
  description: 'What an engine does. More may come.',
  values: {
    STARTING: { description: 'It loads and warms the models.' },
    READY: { description: 'It waits for work.' },
    BUSY: { description: 'It works.' },
    DEGRADED: { description: 'It died, and is started again in a moment.' },
    STOPPED: { description: 'For good.' },
  } satisfies Record<EngineStateText, object>,
});

const Engine = builder.objectRef<EngineShape>('Engine').implement({
  description: 'A process that runs models, as of the last heartbeat of its worker (every 5 seconds).',
  fields: (t) => ({
    id: t.id({
      description: 'Stays with the place of the engine for as long as its worker lives.',
      resolve: ({ workerId, id }) => `${workerId}:${id}`,
    }),
    state: t.field({ type: EngineState, description: 'What it does.', resolve: ({ state }) => state }),
    provider: t.exposeString('provider', { description: 'What computes: `cpu`; empty while it starts.' }),
    threads: t.exposeInt('threads', { description: 'Threads of one run of a model.' }),
    imagesPerSecond: t.exposeFloat('imagesPerSecond', { description: 'Pictures finished, over the last 10 seconds.' }),
    host: t.exposeString('host', { description: 'The machine of its worker.' }),
  }),
});

export const SystemStatus = builder.objectRef<SystemState>('SystemStatus').implement({
  description: 'How the server does at the moment, over all its processes.',
  fields: (t) => ({
    id: t.id({ description: 'Always the same: there is one.', resolve: () => 'system' }),
    usedCapacity: t.float({
      description:
        'Time that the running engines worked over the time they had, in the last 10 seconds, 0..1; 1 when no engine runs, since none is free.',
      resolve: ({ engines }) => usedCapacity(engines),
    }),
    latency: t.field({
      type: MediaLatency,
      description: 'How long an engine takes for one of a kind.',
      args: { mediaType: t.arg({ type: MediaType, required: true, description: 'Which kind.' }) },
      resolve: ({ engines }, { mediaType }) => ({
        mediaType,
        millisecondsPerUnit: mediaType === 'IMAGE' ? millisecondsPerImage(engines) : null,
      }),
    }),
    queue: t.field({ type: QueueStatus, description: 'Of the asking organisation.', resolve: ({ queue }) => queue }),
    engines: t.field({
      type: [Engine],
      nullable: true,
      description: 'Of all workers that live; null without scope ADMIN.',
      resolve: ({ engines }, _args, context) => (mayDo(context, 'ADMIN') ? [...engines] : null),
    }),
    version: t.string({ description: 'Of the server, for example `0.1.0`.', resolve: () => version }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: SystemStatus,
    description: 'How the server does. systemStatus says it again and again.',
    resolve: (_root, _args, context) => context.app.system.read(organizationOf(context)),
  }),
);
