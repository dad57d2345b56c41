import { setTimeout } from 'node:timers/promises';
import type { Page, WebSocketRoute } from 'playwright-core';
import type { Figure } from '../figure.ts';
import { openTab, type Target } from './tab.ts';

/** Events a second: 10,000 a minute. */
const perSecond = 167;
const boxesPerPicture = 40;
const megabyte = 1e6;

/**
 * What the Live page holds after so many pictures more than after a quarter of them. The stream is made here, since no machine
 * recognises as many.
 */
export async function measureMemory(target: Target, pictures: number): Promise<Figure> {
  const { send, route } = createStream();
  const page = await openTab(target, (tab) => tab.routeWebSocket(/graphql/, route));
  await page.getByText('Following').waitFor();
  const early = await sendUntil(page, send, 0, pictures / 4);
  target.say(`after ${pictures / 4} pictures: ${early.toFixed(1)} MB`);
  const late = await sendUntil(page, send, pictures / 4, pictures);
  target.say(`after ${pictures} pictures: ${late.toFixed(1)} MB`);
  await page.context().close();
  return {
    what: `memory of Live, from ${pictures / 4} to ${pictures} pictures grown by`,
    value: late - early,
    unit: 'MB',
    digits: 1,
    better: 'lower',
    reach: 1,
    note: `${late.toFixed(1)} MB in the end`,
  };
}

/** A gateway that accepts everything, and whose stream of the Live page is written by `send`. */
function createStream() {
  let write: ((event: object) => void) | null = null;
  return {
    send: (event: object) => write?.(event),
    route(socket: WebSocketRoute): void {
      socket.onMessage((text) => {
        const { type, id, payload } = JSON.parse(String(text));
        if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
        if (type === 'ping') socket.send(JSON.stringify({ type: 'pong' }));
        if (type === 'subscribe' && payload.operationName === 'LiveAnalyses')
          write = (analysisEvents) =>
            socket.send(JSON.stringify({ type: 'next', id, payload: { data: { analysisEvents } } }));
      });
    },
  };
}

/** @returns megabytes of the heap after a collection */
async function sendUntil(page: Page, send: (event: object) => void, from: number, to: number): Promise<number> {
  for (let index = from; index < to; index++) {
    send(makeEvent(index));
    if (index % 20 === 0) await setTimeout((20 / perSecond) * 1000);
  }
  await page.getByRole('link', { name: `picture-${to - 1}.jpg` }).waitFor();
  const inspector = await page.context().newCDPSession(page);
  await inspector.send('HeapProfiler.collectGarbage');
  const { usedSize } = await inspector.send('Runtime.getHeapUsage');
  await inspector.detach();
  return usedSize / megabyte;
}

function makeEvent(index: number): object {
  const now = Date.now();
  return {
    __typename: 'AnalysisStatusChanged',
    cursor: `${index}`,
    analysis: {
      __typename: 'Analysis',
      id: `an_${index}`,
      status: 'SUCCEEDED',
      externalId: `picture-${index}.jpg`,
      placeId: null,
      createdAt: new Date(now - 900).toISOString(),
      finishedAt: new Date(now).toISOString(),
      detectionCount: boxesPerPicture,
      failure: null,
      task: { __typename: 'Task', id: 'task_1', name: 'Bench' },
      image: null,
      detections: Array.from({ length: boxesPerPicture }, (_, box) => makeDetection(index, box)),
    },
  };
}

function makeDetection(picture: number, index: number): object {
  return {
    __typename: 'Detection',
    id: `${picture}:${index}`,
    confidence: 0.9,
    box: { __typename: 'Box', x: (index % 10) / 10, y: Math.floor(index / 10) / 4, width: 0.09, height: 0.2 },
    catalogItem: { __typename: 'CatalogItem', id: `item_${index % 8}`, name: `Item ${index % 8}` },
  };
}
