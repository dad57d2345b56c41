import { readFile } from 'node:fs/promises';
import path from 'node:path';
import openWabt from 'wabt';

const features = { simd: true, relaxed_simd: true };

/** A TypeScript module that holds the compiled form of a WebAssembly text file, base64. */
export async function compileWat(file: string, exportName: string): Promise<string> {
  const wabt = await openWabt();
  const parsed = wabt.parseWat(path.basename(file), await readFile(file, 'utf8'), features);
  parsed.validate();
  const { buffer } = parsed.toBinary({});
  parsed.destroy();
  return `/** ${path.basename(file)}, compiled by scripts/generate.ts. */
export const ${exportName} =
  '${Buffer.from(buffer).toString('base64')}';
`;
}
