import { expect, test } from 'vitest';
import { HostSlots } from '../../../src/fetching/host-slots.ts';

test('as many run for a host as it has slots, the others in their order; other hosts do not wait', async () => {
  const slots = new HostSlots(2);
  const begun: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  const use = (host: string, name: string) =>
    slots.use(host, () => {
      begun.push(name);
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return end.promise;
    });
  const all = [use('a', '1'), use('a', '2'), use('a', '3'), use('a', '4'), use('b', '5')].map((one) =>
    one.catch(() => undefined),
  );
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual(['1', '2', '5']);
  ends.get('2')!.reject(new Error('broken'));
  await all[1];
  expect(begun).toEqual(['1', '2', '5', '3']);
  ends.get('1')!.resolve();
  await all[0];
  expect(begun).toEqual(['1', '2', '5', '3', '4']);
  for (const end of ends.values()) end.resolve();
  await Promise.all(all);
});
