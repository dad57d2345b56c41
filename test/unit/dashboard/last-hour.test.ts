import { expect, test } from 'vitest';
import { hourMinutes, LastHour } from '../../../dashboard/src/live/last-hour.ts';

const start = Date.parse('2026-03-01T12:00:00Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

test('counts what ended within the hour, by minutes, the latest last', () => {
  const hour = new LastHour();
  hour.add({ status: 'SUCCEEDED', createdAt: at(0), finishedAt: at(2) });
  hour.add({ status: 'FAILED', createdAt: at(0), finishedAt: at(61) });
  hour.add({ status: 'RUNNING', createdAt: at(0), finishedAt: null });
  const { minutes, succeeded, failed } = hour.figures(start + 90_000);
  expect({ succeeded, failed }).toEqual({ succeeded: 1, failed: 1 });
  expect(minutes).toHaveLength(hourMinutes);
  expect(minutes.at(-2)).toMatchObject({ startSeconds: start / 1000, succeeded: 1, failed: 0 });
  expect(minutes.at(-1)).toMatchObject({ succeeded: 0, failed: 1 });
  // It leaves the hour minute by minute.
  expect(hour.figures(start + 3_600_000)).toMatchObject({ succeeded: 0, failed: 1 });
  expect(hour.figures(start + 3_660_000)).toMatchObject({ succeeded: 0, failed: 0 });
});

test('quantiles of the latency are exact to 5 %', () => {
  const hour = new LastHour();
  for (let second = 1; second <= 100; second++)
    hour.add({ status: 'SUCCEEDED', createdAt: at(0), finishedAt: at(second) });
  const { latencies } = hour.figures(start + 100_000);
  for (const share of [0.5, 0.95, 0.99]) {
    const ratio = latencies.quantile(share)! / (share * 100_000);
    expect(ratio).toBeGreaterThan(0.94);
    expect(ratio).toBeLessThan(1.06);
  }
});

test('of nothing there is no quantile', () => {
  const { latencies, minutes } = new LastHour().figures(start);
  expect(latencies.quantile(0.5)).toBeNull();
  expect(minutes.every(({ medianMs }) => medianMs === null)).toBe(true);
});
