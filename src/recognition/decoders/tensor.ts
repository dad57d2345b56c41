/** One output of a model, as ONNX Runtime gives it. */
export interface OutputTensor {
  dims: readonly number[];
  data: Float32Array;
}

export type OutputTensors = Readonly<Record<string, OutputTensor>>;

/** Sizes of an output's dimensions, in their order; a text names one that may be of any size. */
export type Shape = readonly (number | string)[];

/** Takes an output by name; throws a sentence that names what the model has when it is not there or of another type. */
export function getOutput(outputs: OutputTensors, name: string): OutputTensor {
  const tensor = outputs[name];
  if (!tensor) throw new Error(`The model has no output "${name}"; it has ${Object.keys(outputs).join(', ')}.`);
  if (!(tensor.data instanceof Float32Array)) {
    throw new Error(`The model's output "${name}" is not float32. Export the model with float32 outputs.`);
  }
  return tensor;
}

export function hasShape({ dims }: OutputTensor, shape: Shape): boolean {
  return dims.length === shape.length && shape.every((size, axis) => typeof size === 'string' || size === dims[axis]);
}

/**
 * The same, of this shape.
 * @param wayOut the sentence that ends the error: what to change when the shape is another.
 */
export function getShaped(outputs: OutputTensors, name: string, shape: Shape, wayOut: string): OutputTensor {
  const tensor = getOutput(outputs, name);
  if (!hasShape(tensor, shape)) throw new Error(`${tellShapes(name, tensor, [shape])} ${wayOut}`);
  return tensor;
}

/** What an output is and what it should be, as the beginning of an error. */
export function tellShapes(name: string, { dims }: OutputTensor, expected: readonly Shape[]): string {
  const text = (shape: Shape) => `[${shape.join(', ')}]`;
  return `The model's output "${name}" is ${text(dims)}, not ${expected.map(text).join(' or ')}.`;
}
