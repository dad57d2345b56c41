/** One output of a model, as returned by ONNX Runtime. */
export interface OutputTensor {
  dims: readonly number[];
  data: Float32Array;
}

export type OutputTensors = Readonly<Record<string, OutputTensor>>;

/** Sizes of an output's dimensions, in their order; text names a dimension of any size. */
export type Shape = readonly (number | string)[];

/** Returns an output by name; if it is missing or of another type, throws an error that names the outputs of the model. */
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

/** The same, with this shape. @param wayOut the last sentence of the error: what to change if the shape differs. */
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
