import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { decodeBase64 } from '../../../src/intake/base64.ts';

const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 251) % 256));
const text = bytes.toString('base64');

describe('base64 text', () => {
  test.each([
    ['on one line', text],
    ['in lines of 76', text.replaceAll(/(.{76})/g, '$1\r\n')],
    ['without padding', text.replaceAll('=', '')],
  ])('%s decodes to its bytes', async (_title, given) => {
    expect(await buffer(decodeBase64(given, 1000))).toEqual(bytes);
  });

  test.each([
    ['whose + became spaces', text.replaceAll('+', ' '), /contains spaces/],
    ['with a byte order mark', `\uFEFF${text}`, /not base64/],
    ['of a data URL', `data:image/png;base64,${text}`, /after the comma/],
  ])('%s is rejected with what is wrong', (_title, given, message) => {
    expect(text).toContain('+');
    expect(() => decodeBase64(given, 1000)).toThrow(message);
  });
});
