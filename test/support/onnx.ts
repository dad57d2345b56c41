/** As much of the ONNX file format (protobuf) as a tiny classifier needs. */

/** Bytes of one field: its number and wire type, then what it holds. */
function field(number: number, value: number | string | Uint8Array): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number << 3), varint(value)]);
  const bytes = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) return Buffer.from(bytes);
  }
}

const message = (...fields: Buffer[]) => Buffer.concat(fields);

const FLOAT = 1;
const INTS = 7;
const INT = 2;

function node(type: string, inputs: string[], output: string, attributes: Buffer[] = []): Buffer {
  return message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, type),
    ...attributes.map((attribute) => field(5, attribute)),
  );
}

function tensor(name: string, dims: number[], values: readonly number[]): Buffer {
  const raw = Float32Array.from(values);
  return message(
    ...dims.map((dim) => field(1, dim)),
    field(2, FLOAT),
    field(8, name),
    field(9, new Uint8Array(raw.buffer)),
  );
}

/** dims: a text is a size that the caller chooses. */
function valueInfo(name: string, dims: (number | string)[]): Buffer {
  const shape = message(...dims.map((dim) => field(1, field(typeof dim === 'number' ? 1 : 2, dim))));
  return message(field(1, name), field(2, field(1, message(field(1, FLOAT), field(2, shape)))));
}

/**
 * An ONNX classifier of mean colours: `image` [batch, 3, height, width] to `logits` [batch, labels].
 * @param weights of red, green and blue for each label.
 */
export function colourClassifier(weights: readonly (readonly [number, number, number])[]): Buffer {
  const labels = weights.length;
  const byChannel = [0, 1, 2].flatMap((channel) => weights.map((label) => label[channel]!));
  const overPixels = [
    message(field(1, 'axes'), field(8, 2), field(8, 3), field(20, INTS)),
    message(field(1, 'keepdims'), field(3, 0), field(20, INT)),
  ];
  const graph = message(
    field(1, node('ReduceMean', ['image'], 'mean', overPixels)),
    field(1, node('Gemm', ['mean', 'weights', 'bias'], 'logits')),
    field(2, 'colours'),
    field(5, tensor('weights', [3, labels], byChannel)),
    field(
      5,
      tensor(
        'bias',
        [labels],
        weights.map(() => 0),
      ),
    ),
    field(11, valueInfo('image', ['batch', 3, 'height', 'width'])),
    field(12, valueInfo('logits', ['batch', labels])),
  );
  // The opset in which ReduceMean still has its axes as an attribute.
  return message(field(1, 8), field(7, graph), field(8, field(2, 13)));
}
