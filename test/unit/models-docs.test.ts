import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { manifestSchema } from '../../src/models/manifest.ts';

/** The manifests that docs/models.md shows are such as the server takes. */
const text = readFileSync(path.join(import.meta.dirname, '../../docs/models.md'), 'utf8');
const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => block!);
const manifests = blocks
  .filter((block) => block.includes('"name": "my-detector"'))
  .map((block) => JSON.parse(block.replace(/…|SHA256/, 'a'.repeat(64))));
const whole = manifests[0];
const outputs = blocks
  .flatMap((block) => block.split('\n'))
  .filter((line) => line.startsWith('{ "decoder"'))
  .map((line) => JSON.parse(line));

test('the whole manifests', () => {
  expect(manifests).toHaveLength(2);
  for (const manifest of manifests) expect(manifestSchema.parse(manifest)).toEqual(manifest);
});

describe('the output of', () => {
  const kinds: Record<string, object> = {
    embedding: { kind: 'embedder', labels: [] },
    logits: { kind: 'classifier', labels: [{ name: 'a' }, { name: 'b' }] },
  };
  const rest = { fp32: { file: 'best.onnx', sha256: 'a'.repeat(64) } };

  test.each(outputs.map((output) => [output.decoder, output]))('%s', (decoder, output) => {
    const other = kinds[decoder] && { ...kinds[decoder], variants: rest };
    const labels = decoder === 'boxes-scores' ? [] : whole.labels;
    expect(manifestSchema.safeParse({ ...whole, labels, ...other, output }).error).toBeUndefined();
  });

  test('every other decoder is shown', () => {
    const shown = outputs.map(({ decoder }) => decoder);
    expect(shown.sort()).toEqual(['boxes-scores', 'detr', 'embedding', 'logits', 'ssd', 'yolox']);
  });
});
