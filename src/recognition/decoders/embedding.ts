import { getOutput, type OutputTensors, tellShapes } from './tensor.ts';

/**
 * The numbers of one picture from `embedding` [batch, dimensions], not normalised; additional dimensions of size 1, which pooling
 * leaves, are accepted. `index` is the picture's index in the batch.
 * @throws if the model has another number of dimensions than the manifest says.
 */
export function decodeEmbedding(
  outputs: OutputTensors,
  output: { tensors: { readonly embedding: string }; dimensions: number },
  index: number,
): Float32Array {
  const { tensors, dimensions } = output;
  const tensor = getOutput(outputs, tensors.embedding);
  const width = tensor.dims.slice(1).reduce((product, size) => product * size, 1);
  if (width !== dimensions) {
    throw new Error(
      `${tellShapes(tensors.embedding, tensor, [['batch', dimensions]])} Make "dimensions" the size of the embedding.`,
    );
  }
  return tensor.data.slice(index * width, (index + 1) * width);
}
