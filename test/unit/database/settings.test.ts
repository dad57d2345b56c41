import { describe, expect, test } from 'vitest';
import { renderSettings } from '../../../src/database/embedded/settings.ts';

const binaries = { root: '/opt/pg', version: '18.4.0' };

describe('renderSettings', () => {
  test('keeps PostgreSQL’s own safety when the data has to last', () => {
    expect(renderSettings({ port: 5433, durable: true, syncfs: true, binaries })).not.toMatch(
      /fsync|full_page_writes|synchronous_commit/,
    );
  });

  test('differs by port, durability and programs, so that only an equal server is adopted', () => {
    const texts = [
      renderSettings({ port: 5433, durable: true, syncfs: true, binaries }),
      renderSettings({ port: 5434, durable: true, syncfs: true, binaries }),
      renderSettings({ port: 5433, durable: false, syncfs: true, binaries }),
      renderSettings({ port: 5433, durable: true, syncfs: true, binaries: { ...binaries, version: '18.5.0' } }),
    ];
    expect(new Set(texts).size).toBe(4);
    expect(renderSettings({ port: 5433, durable: true, syncfs: true, binaries })).toBe(texts[0]);
  });

  test('listens on the loopback address only', () => {
    const text = renderSettings({ port: 5433, durable: true, syncfs: true, binaries });
    expect(text).toContain("listen_addresses = '127.0.0.1'\n");
    expect(text).toContain("unix_socket_directories = ''\n");
  });
});
