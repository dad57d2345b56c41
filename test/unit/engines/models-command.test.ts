import { createHash } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { runModels as run } from './support/models-command.ts';
import { makeTestFolder, modelsDir } from './support/pools.ts';

const shelf = fileURLToPath(new URL('../../../examples/shelves/1-breakfast.jpg', import.meta.url));

describe('models list', () => {
  test('shows every variant and which pipeline uses it', async () => {
    const { code, out } = await run('list', '--models-dir', modelsDir);
    expect(code).toBe(0);
    expect(out).toMatch(
      /product-detector@2 +detector +int8 +3\.9 MB +Apache-2\.0 +shelf@3, shelf@4, shelf@5, shelf-fast@2, shelf-fast@3, shelf-fast@4$/m,
    );
    expect(out).toMatch(/product-detector@3 +detector +int8 +3\.9 MB +Apache-2\.0 +shelf@6, shelf-fast@5$/m);
    expect(out).toMatch(/image-classifier@1 +classifier +int8 +5\.1 MB +Apache-2\.0 +classify@1, wildlife@1$/m);
    expect(out).toMatch(/image-classifier@1 +classifier +fp32 +18\.5 MB +Apache-2\.0$/m);
  });
});

describe('models verify', () => {
  test('loads and runs a model and says what it found on a picture', async () => {
    const { code, out } = await run('verify', 'product-detector', '--models-dir', modelsDir, '--image', shelf);
    expect(code).toBe(0);
    expect(out).toContain('in   image float32 [batch, 3, 800, 800]');
    expect(out).toMatch(/batch 1: [\d.]+ ms a run/);
    expect(out).toMatch(/found \d\d boxes above 0\.5\d+/);
    expect(out).toContain('4 verified.');
  });

  test('fails with a sentence for local features whose outputs have other names than the manifest says', async () => {
    const folder = await makeTestFolder();
    await cp(modelsDir, folder, { recursive: true });
    const file = join(folder, 'local-features/2/manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8'));
    manifest.output.tensors.colors = 'tints';
    await writeFile(file, JSON.stringify(manifest));
    const { code, err } = await run('verify', 'local-features', '--models-dir', folder);
    expect(code).toBe(1);
    expect(err).toContain('local-features@2 (fp32) has no output "tints"');
  });

  test('fails with a sentence for a file that ONNX Runtime cannot load', async () => {
    const folder = await makeTestFolder();
    await cp(modelsDir, folder, { recursive: true });
    const manifest = join(folder, 'product-embedder/2/manifest.json');
    const json = JSON.parse(await readFile(manifest, 'utf8'));
    json.variants.int8.sha256 = createHash('sha256').update('no model').digest('hex');
    await writeFile(manifest, JSON.stringify(json));
    await writeFile(join(folder, 'product-embedder/2', json.variants.int8.file), 'no model');
    const { code, err } = await run('verify', 'product-embedder', '--models-dir', folder);
    expect(code).toBe(1);
    expect(err).toMatch(/^ONNX Runtime cannot load product-embedder@2 \(int8\): /);
  });

  test.each([
    [
      ['verify', 'nonsense', '--models-dir', modelsDir],
      /There is no model nonsense\. Available: image-classifier@1, local-features@1, local-features@2/,
    ],
    [['verify', 'product-embedder', '--models-dir', modelsDir, '--image', '/nowhere.jpg'], /nowhere\.jpg/],
    [['list', '--models-dir', '/nowhere'], /\/nowhere/],
  ])('%j fails with a sentence', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});
