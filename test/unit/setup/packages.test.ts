import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../support/readme.ts';

const read = (file: string) => JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8'));
const locked: Record<string, { hasInstallScript?: boolean; optional?: boolean; resolved?: string }> =
  read('package-lock.json').packages;

test('only packages that are approved by name have install scripts', () => {
  const { allowScripts } = read('package.json');
  const scripted = Object.entries(locked).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripted.length).toBeGreaterThan(0);
  const names = scripted.map(([place]) => place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length));
  expect(names.filter((name) => !(name in allowScripts))).toEqual([]);
});

test('the decoder of videos comes as native libraries alone: optional, and without the package that downloads programs', () => {
  const places = Object.keys(locked);
  const libraries = places.filter((place) => place.startsWith('node_modules/@seydx/node-av-'));
  expect(libraries.length).toBeGreaterThan(3);
  for (const place of libraries) expect(locked[place]).toMatchObject({ optional: true });
  for (const place of libraries) expect(locked[place]).not.toHaveProperty('hasInstallScript');
  expect(places.filter((place) => /node_modules\/(node-av|werift|unzipper)$/.test(place))).toEqual([]);
});

test('the lock file names no host of a registry', () => {
  expect(Object.values(locked).flatMap(({ resolved }) => resolved ?? [])).toEqual([]);
});
