import type { EngineState as EngineStateText } from '../../src/shared/engine-state.ts';
import {
  type Engine as EngineShape,
  imagesPerSecond,
  millisecondsPerImage,
  usedCapacity,
} from '../../src/system/engines.ts';
import type { Queue } from '../../src/system/system.repository.ts';
import type { SystemState } from '../../src/system/system-status.ts';
import { version } from '../../src/version.ts';
import { builder } from '../core/builder.ts';
import { mayDo, organizationOf } from '../core/caller.ts';
import { MediaType } from '../core/media-type.ts';

type Latency = { mediaType: 'IMAGE' | 'VIDEO'; millisecondsPerUnit: number | null };

const MediaLatency = builder.objectRef<Latency>('MediaLatency').implement({
  description: 'How long one unit of media takes, without the time in the queue.',
  fields: (t) => ({
    mediaType: t.field({ type: MediaType, description: 'The type of media.', resolve: ({ mediaType }) => mediaType }),
    unit: t.string({
      description: 'The unit that the time is for: `image` or `second of video`.',
      resolve: ({ mediaType }) => (mediaType === 'IMAGE' ? 'image' : 'second of video'),
    }),
    millisecondsPerUnit: t.exposeFloat('millisecondsPerUnit', {
      nullable: true,
      description:
        'Mean milliseconds per unit over the last 5 minutes. IMAGE: in an engine, as reported by the running workers. VIDEO: elapsed from one analysed second to the next, decoding and waiting for an engine included, so it depends on the frames that are sampled. Null if nothing was analysed.',
    }),
  }),
});

const QueueStatus = builder.objectRef<Queue>('QueueStatus').implement({
  description: 'The work of the requesting organisation.',
  fields: (t) => ({
    queued: t.exposeInt('queued', { description: 'Number of analyses that wait for an engine.' }),
    running: t.exposeInt('running', { description: 'Number of analyses that engines are processing.' }),
    oldestQueuedSeconds: t.exposeFloat('oldestQueuedSeconds', {
      nullable: true,
      description: 'Seconds since the oldest waiting analysis was submitted. Null if none waits.',
    }),
  }),
});

const EngineState = builder.enumType('EngineState', {
  description: 'The state of an engine. More values may be added.',
  values: {
    STARTING: { description: 'The engine is loading models.' },
    READY: { description: 'The engine is waiting for work.' },
    BUSY: { description: 'The engine is working.' },
    DEGRADED: { description: 'The engine has crashed and is about to be restarted.' },
    STOPPED: { description: 'The engine has stopped for good.' },
  } satisfies Record<EngineStateText, object>,
});

const Engine = builder.objectRef<EngineShape>('Engine').implement({
  description: 'A process that runs models, as of the last heartbeat of its worker (every 5 seconds).',
  fields: (t) => ({
    id: t.id({
      description:
        'Identifies the engine within its worker. It survives restarts of the engine, but not of the worker.',
      resolve: ({ workerId, id }) => `${workerId}:${id}`,
    }),
    state: t.field({ type: EngineState, description: 'The current state.', resolve: ({ state }) => state }),
    provider: t.exposeString('provider', {
      description: 'The execution provider, for example `cpu`. Empty while the engine starts.',
    }),
    threads: t.exposeInt('threads', { description: 'Number of threads that one model run uses.' }),
    imagesPerSecond: t.exposeFloat('imagesPerSecond', {
      description: 'Images finished per second, over the last 10 seconds.',
    }),
    host: t.exposeString('host', { description: "Host name of the worker's machine." }),
  }),
});

export const SystemStatus = builder.objectRef<SystemState>('SystemStatus').implement({
  description: 'The current state of the server, over all its processes.',
  fields: (t) => ({
    id: t.id({
      description: 'Constant, since there is only one: client caches can identify it.',
      resolve: () => 'system',
    }),
    usedCapacity: t.float({
      description:
        'Mean busy share of the running engines over the last 10 seconds, 0 to 1. It is 1 if no engine runs, since none is free.',
      resolve: ({ engines }) => usedCapacity(engines),
    }),
    imagesPerSecond: t.float({
      description:
        'Images that all running engines finished per second, for all organisations, over the last 10 seconds.',
      resolve: ({ engines }) => imagesPerSecond(engines),
    }),
    latency: t.field({
      type: MediaLatency,
      description: 'How long one unit of media takes, for all organisations.',
      args: { mediaType: t.arg({ type: MediaType, required: true, description: 'The type of media.' }) },
      resolve: async ({ engines }, { mediaType }, { app }) => ({
        mediaType,
        millisecondsPerUnit: mediaType === 'IMAGE' ? millisecondsPerImage(engines) : await app.system.videoLatency(),
      }),
    }),
    queue: t.field({
      type: QueueStatus,
      description: 'The work of the requesting organisation.',
      resolve: ({ queue }) => queue,
    }),
    engines: t.field({
      type: [Engine],
      nullable: true,
      description: 'The engines of all running workers. Null without the scope ADMIN.',
      resolve: ({ engines }, _args, context) => (mayDo(context, 'ADMIN') ? [...engines] : null),
    }),
    version: t.string({ description: 'The version of the server, for example `0.1.0`.', resolve: () => version }),
  }),
});

builder.queryField('system', (t) =>
  t.field({
    type: SystemStatus,
    description: 'The state of the server. Subscribe to systemStatus to follow it.',
    resolve: (_root, _args, context) => context.app.system.read(organizationOf(context)),
  }),
);
