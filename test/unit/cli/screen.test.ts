import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Screen } from '../../../src/cli/screen.ts';

function stream(isTTY: boolean) {
  const written: string[] = [];
  const through = new PassThrough().on('data', (chunk) => written.push(String(chunk)));
  return Object.assign(through as unknown as NodeJS.WriteStream, { isTTY, columns: 60, text: () => written.join('') });
}

function show(stdout: ReturnType<typeof stream>, stderr: ReturnType<typeof stream>): void {
  const screen = new Screen(stdout, stderr);
  screen.stage('Recognising', 4);
  screen.advance();
  screen.line('one line');
  screen.idle();
}

test('shows how far it is on a terminal, takes that away for a line, and at the end', () => {
  const [stdout, stderr] = [stream(true), stream(true)];
  show(stdout, stderr);
  expect(stdout.text()).toBe('one line\n');
  expect(stderr.text()).toContain('[######..................] 1/4  Recognising');
  expect(stderr.text().endsWith('\r\x1b[K')).toBe(true);
});

test.each([
  ['stdout is piped', false, true],
  ['stderr is piped', true, false],
])('shows lines only when %s', (_, stdoutIsTTY, stderrIsTTY) => {
  const [stdout, stderr] = [stream(stdoutIsTTY), stream(stderrIsTTY)];
  show(stdout, stderr);
  expect(stdout.text()).toBe('one line\n');
  expect(stderr.text()).toBe('');
});

test('keeps to the width of the terminal', () => {
  const [stdout, stderr] = [stream(true), stream(true)];
  const screen = new Screen(stdout, stderr);
  screen.stage('x'.repeat(200), 1);
  screen.idle();
  for (const drawn of stderr.text().split('\r\x1b[K')) expect(drawn.length).toBeLessThan(60);
});
