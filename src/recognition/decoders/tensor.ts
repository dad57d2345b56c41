/** One output of a model, as ONNX Runtime gives it. */
export interface OutputTensor {
  dims: readonly number[];
  data: Float32Array;
}

export type OutputTensors = Readonly<Record<string, OutputTensor>>;

/** Takes an output by name; throws a sentence that names what the model has when it is not there or of another type. */
export function getOutput(outputs: OutputTensors, name: string | undefined): OutputTensor {
  const tensor = name === undefined ? undefined : outputs[name];
  if (!tensor) throw new Error(`The model has no output "${name}"; it has ${Object.keys(outputs).join(', ')}.`);
  if (!(tensor.data instanceof Float32Array)) throw new Error(`The model's output "${name}" is not float32.`);
  return tensor;
}
