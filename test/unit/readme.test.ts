import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { projectRoot, readme } from '../support/readme.ts';

describe('README.md', () => {
  test('lists every variable that configures the server, and no other', () => {
    const source = readFileSync(join(projectRoot, 'src/config.ts'), 'utf8');
    const read = [...source.matchAll(/read\.\w+\(\s*'([A-Z_]+)'/g)].map(([, name]) => name);
    const listed = [...readme.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(listed.length).toBeGreaterThan(10);
    expect(listed.toSorted()).toEqual([...new Set(read)].toSorted());
  });

  test('tells the defaults that the configuration has', () => {
    const config = loadConfig({});
    const defaults: [string, unknown][] = [
      ['HOST', config.host],
      ['PORT', config.port],
      ['LOG_LEVEL', config.logLevel],
      ['VIDEO_DECODER', config.videoDecoder],
      ['MAX_UPLOAD_BYTES', config.maxUploadBytes],
      ['MAX_REQUEST_BYTES', config.maxRequestBytes],
      ['MAX_IMAGE_PIXELS', config.maxImagePixels],
      ['SHUTDOWN_GRACE_SECONDS', config.shutdownGraceSeconds],
      ['SHUTDOWN_DRAIN_SECONDS', config.shutdownDrainSeconds],
    ];
    for (const [name, value] of defaults) expect(readme).toContain(`| \`${name}\` | \`${value}\` |`);
  });

  test('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'));
    const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
    expect(named).toContain('demo');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
