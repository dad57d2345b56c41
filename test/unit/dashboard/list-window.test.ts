import { describe, expect, test } from 'vitest';
import { type ListPage, ListWindow, pageSize } from '../../../dashboard/src/lists/list-window.ts';

interface Row {
  id: string;
}

/** A list of this length, which notes the pages that are asked for. */
function listOf(length: number) {
  const asked: number[] = [];
  const list = new ListWindow<Row>(async (after) => {
    const start = after === null ? 0 : Number(after);
    asked.push(start / pageSize);
    const nodes = Array.from({ length: Math.min(pageSize, length - start) }, (_, index) => ({
      id: `${start + index}`,
    }));
    const end = start + nodes.length;
    return { nodes, pageInfo: { endCursor: `${end}`, hasNextPage: end < length } };
  });
  return { list, asked };
}

/** Shows rows and waits until they are there. */
async function show(list: ListWindow<Row>, first: number): Promise<void> {
  const last = first + 30;
  list.show(first, last);
  while (list.row(first) === undefined) {
    await new Promise<void>((resolve) => {
      const stop = list.subscribe(() => {
        stop();
        resolve();
      });
    });
    list.show(first, last);
  }
}

const kept = (list: ListWindow<Row>, length: number) =>
  Array.from({ length }, (_, index) => list.row(index)).filter((row) => row !== undefined).length;

describe('a list of 100,000 rows', () => {
  test('keeps a few pages of them, whichever way it is scrolled', async () => {
    const { list } = listOf(100_000);
    for (let first = 0; first < 100_000; first += 60) await show(list, Math.min(first, list.length));
    await show(list, 99_960);
    expect(list.length).toBe(100_000);
    expect(list.isComplete).toBe(true);
    expect(kept(list, 100_000)).toBeLessThanOrEqual(6 * pageSize);
    for (let first = 99_960; first > 50_000; first -= 60) await show(list, first);
    expect(list.row(50_050)).toEqual({ id: '50050' });
    expect(kept(list, 100_000)).toBeLessThanOrEqual(6 * pageSize);
  });

  test('fetches each page once while it is kept', async () => {
    const { list, asked } = listOf(1_000);
    for (let first = 0; first < 200; first += 10) await show(list, first);
    expect(asked).toEqual([0, 1, 2]);
  });

  test('fetches the page where somebody stops who drags the scroll bar, and few of those in between', async () => {
    const { list, asked } = listOf(100_000);
    for (let first = 0; first < 100_000; first += 60) await show(list, Math.min(first, list.length));
    asked.splice(0);
    for (let first = 90_000; first >= 20_000; first -= 1_000) list.show(first, first + 30);
    await show(list, 20_000);
    expect(list.row(20_030)).toEqual({ id: '20030' });
    expect(asked.length).toBeLessThanOrEqual(4);
    expect(kept(list, 100_000)).toBeLessThanOrEqual(6 * pageSize);
  });
});

test('what is about to be seen is fetched by itself, page after page', async () => {
  const { list, asked } = listOf(1_000);
  // A screen that is higher than the pages that are known of.
  list.show(0, 340);
  await expect.poll(() => list.length).toBe(400);
  expect(asked).toEqual([0, 1, 2, 3]);
});

test('an empty list is complete', async () => {
  const { list } = listOf(0);
  list.show(0, 10);
  await expect.poll(() => list.isComplete).toBe(true);
  expect(list.length).toBe(0);
});

test('a page that does not come is asked for again only when somebody says so', async () => {
  let attempts = 0;
  const list = new ListWindow<Row>(async () => {
    attempts++;
    if (attempts === 1) throw new Error('no answer');
    return { nodes: [{ id: 'a' }], pageInfo: { endCursor: 'a', hasNextPage: false } };
  });
  list.show(0, 0);
  await expect.poll(() => list.error).toEqual(new Error('no answer'));
  list.show(0, 0);
  expect(attempts).toBe(1);
  list.retry();
  await expect.poll(() => list.row(0)).toEqual({ id: 'a' });
  expect(list.error).toBeNull();
});

describe('what an event says while a page is on its way', () => {
  /** A list of a row a page, of which each page comes when it is told to. */
  function listOnCall() {
    const answers: PromiseWithResolvers<ListPage<Row & { status: string }>>[] = [];
    const list = new ListWindow<Row & { status: string }>(() => {
      const answer = Promise.withResolvers<ListPage<Row & { status: string }>>();
      answers.push(answer);
      return answer.promise;
    }, 1);
    const arrive = async (id: string, status: string) => {
      const changed = new Promise<void>((resolve) => {
        const stop = list.subscribe(() => {
          stop();
          resolve();
        });
      });
      const nodes = [{ id, status }];
      answers.shift()!.resolve({ nodes, pageInfo: { endCursor: id, hasNextPage: true } });
      await changed;
    };
    return { list, arrive, answers };
  }

  test('is applied to the page, which was read before', async () => {
    const { list, arrive } = listOnCall();
    list.show(0, 0);
    list.whenRead(() => list.update({ id: 'a', status: 'RUNNING' }));
    list.whenRead(() => list.update({ id: 'a', status: 'SUCCEEDED' }));
    await arrive('a', 'QUEUED');
    expect(list.row(0)).toEqual({ id: 'a', status: 'SUCCEEDED' });
  });

  test('knows the rows of that page', async () => {
    const { list, arrive } = listOnCall();
    const known: boolean[] = [];
    list.show(0, 0);
    list.whenRead(() => known.push(list.has('a'), list.has('b')));
    expect(known).toEqual([]);
    await arrive('a', 'QUEUED');
    expect(known).toEqual([true, false]);
  });

  test('does not wait for pages that are requested after it, as happens while a list is scrolled', async () => {
    const { list, arrive, answers } = listOnCall();
    list.show(0, 0);
    for (const id of 'abcd') await arrive(id, 'QUEUED');
    // All pages are dropped, so that the first two are read again, and two more one after the other.
    list.show(100, 100);
    await arrive('e', 'QUEUED');
    list.show(0, 0);
    list.whenRead(() => list.update({ id: 'b', status: 'RUNNING' }));
    await arrive('a', 'QUEUED');
    await arrive('b', 'QUEUED');
    expect(answers).toHaveLength(2);
    expect(list.row(1)).toEqual({ id: 'b', status: 'RUNNING' });
  });

  test('is not lost with a page that does not come', async () => {
    const { list, arrive, answers } = listOnCall();
    list.show(0, 0);
    await arrive('a', 'QUEUED');
    list.show(0, 1);
    list.whenRead(() => list.update({ id: 'a', status: 'RUNNING' }));
    answers.shift()!.reject(new Error('no answer'));
    await expect.poll(() => list.error).toEqual(new Error('no answer'));
    expect(list.row(0)).toEqual({ id: 'a', status: 'RUNNING' });
  });
});

test('a row that changes is replaced where it stands; one that is not kept is not taken in', async () => {
  const list = new ListWindow<Row & { status: string }>(async () => ({
    nodes: [{ id: 'a', status: 'QUEUED' }],
    pageInfo: { endCursor: 'a', hasNextPage: false },
  }));
  list.show(0, 0);
  await expect.poll(() => list.length).toBe(1);
  expect(list.update({ id: 'a', status: 'RUNNING' })).toBe(true);
  expect(list.row(0)).toEqual({ id: 'a', status: 'RUNNING' });
  expect(list.update({ id: 'b', status: 'RUNNING' })).toBe(false);
  expect(list.length).toBe(1);
});
