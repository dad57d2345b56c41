import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LoadedModel } from '../../../../../src/models/load-model.ts';
import type { TextRecognizerManifest } from '../../../../../src/models/manifest.ts';
import { ModelError } from '../../../../../src/models/model-error.ts';
import { hasShape, type OutputTensor, tellShapes } from '../../../../../src/recognition/decoders/tensor.ts';
import { openFrameSession, tryFrame } from '../../models/open-frame-session.ts';
import type { Step } from '../step.ts';
import { readLine } from './read-line.ts';
import type { TextRecognizer } from './text-models.ts';

/** Reads a line of text. */
export const textRecognizerStep: Step<TextRecognizerManifest, TextRecognizer> = {
  timing: 'textMs',
  async open(model, { threads }) {
    const { manifest } = model;
    const { input, output } = manifest;
    const characters = await readCharacterFile(model);
    const session = await openFrameSession(model, { input, output: output.tensors.characters, threads });
    const frame = { width: input.leastWidth, height: input.height };
    await tryFrame(model, session, frame, (read) =>
      expectClasses(read, output.tensors.characters, characters.length + 1),
    );
    return { session, manifest, characters };
  },
  async tell(recognizer, { width, height, rgb }) {
    const corner = (x: number, y: number) => ({ x: x * width, y: y * height });
    const whole = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)] as const;
    const { text, confidence } = await readLine({ width, height, rgb }, whole, recognizer);
    return `${JSON.stringify(text)} (${confidence.toFixed(2)}), reading the whole picture as one line`;
  },
};

/** Its lines, and a space. */
async function readCharacterFile({ key, file, manifest }: LoadedModel<TextRecognizerManifest>): Promise<string[]> {
  const { characters } = manifest.output;
  const path = join(dirname(file), characters.file);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new ModelError(`${path} cannot be read, but ${key} names it for its characters. Add the file.`, {
      cause: error,
    });
  });
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found === characters.sha256) return [...bytes.toString('utf8').split('\n'), ' '];
  throw new ModelError(
    `${path} has the checksum ${found}, but the manifest of ${key} says ${characters.sha256}. Fetch the file again, or write the new checksum into the manifest.`,
  );
}

function expectClasses(read: OutputTensor, name: string, classes: number): void {
  const shape = [1, 'steps', classes];
  if (!hasShape(read, shape)) throw new Error(tellShapes(name, read, [shape]));
}
