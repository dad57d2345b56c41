/** As much of the ONNX file format (protobuf) as tiny models need. */

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

const float = 1;
const int64 = 7;
const ints = 7;
const int = 2;

function node(type: string, inputs: string[], output: string, attributes: Buffer[] = [], domain = ''): Buffer {
  return message(
    ...inputs.map((name) => field(1, name)),
    field(2, output),
    field(4, type),
    ...attributes.map((attribute) => field(5, attribute)),
    field(7, domain),
  );
}

function tensor(name: string, dims: number[], values: Float32Array | BigInt64Array): Buffer {
  return message(
    ...dims.map((dim) => field(1, dim)),
    field(2, values instanceof Float32Array ? float : int64),
    field(8, name),
    field(9, new Uint8Array(values.buffer)),
  );
}

/** dims: a text is a size that the caller chooses. */
function valueInfo(name: string, dims: readonly (number | string)[]): Buffer {
  const shape = message(...dims.map((dim) => field(1, field(typeof dim === 'number' ? 1 : 2, dim))));
  return message(field(1, name), field(2, field(1, message(field(1, float), field(2, shape)))));
}

/** A number of an output: one for every picture, or what it is for black and what a red, green and blue of 1 add to that. */
export type ColourValue = number | readonly [black: number, red: number, green: number, blue: number];

export interface ColourOutput {
  name: string;
  /** Its sizes for one picture, without the batch. */
  dims: readonly number[];
  values: readonly ColourValue[];
}

export interface ColourModelOptions {
  /** Shape of the input; a text is a size that the caller chooses. */
  input?: readonly (number | string)[];
  /** The input is [batch, height, width, 3]. */
  channelsLast?: boolean;
  /** Makes it slow: how many times the input goes through a function that changes nothing that matters. */
  detours?: number;
  /** An operator without meaning, as `domain:type`, that the input goes through. */
  operator?: string;
  /** Makes it large: bytes of its description. */
  describedIn?: number;
}

/** An ONNX model whose outputs are linear in the mean colour of `image`, [batch, 3, height, width]. */
export function colourModel(outputs: readonly ColourOutput[], options: ColourModelOptions = {}): Buffer {
  const {
    input = ['batch', 3, 'height', 'width'],
    channelsLast = false,
    detours = 0,
    operator,
    describedIn = 0,
  } = options;
  const [domain, type] = operator?.split(':') ?? [];
  const overPixels = [
    message(field(1, 'axes'), ...(channelsLast ? [1, 2] : [2, 3]).map((axis) => field(8, axis)), field(20, ints)),
    message(field(1, 'keepdims'), field(3, 0), field(20, int)),
  ];
  const graph = message(
    ...(type ? [field(1, node(type, ['image'], 'seen', [], domain))] : []),
    field(1, node('ReduceMean', [type ? 'seen' : 'image'], detours > 0 ? 'direct' : 'mean', overPixels)),
    ...(detours > 0 ? detourNodes(detours, overPixels).map((each) => field(1, each)) : []),
    ...outputs.flatMap((output) => linearNodes(output).map((each) => field(1, each))),
    field(2, 'colours'),
    ...outputs.flatMap((output) => linearTensors(output).map((each) => field(5, each))),
    ...(detours > 0 ? [field(5, tensor('zero', [1], Float32Array.of(0)))] : []),
    field(11, valueInfo('image', input)),
    ...outputs.map(({ name, dims }) => field(12, valueInfo(name, [input[0]!, ...dims]))),
  );
  // The opset in which ReduceMean still has its axes as an attribute.
  const opsets = [field(2, 13), ...(domain ? [message(field(1, domain), field(2, 1))] : [])];
  const description = describedIn > 0 ? [field(6, 'x'.repeat(describedIn))] : [];
  return message(field(1, 8), ...description, field(7, graph), ...opsets.map((opset) => field(8, opset)));
}

/** A long way from `image` to zeros, which are added to `direct` to make `mean`. */
function detourNodes(count: number, overPixels: Buffer[]): Buffer[] {
  const steps = Array.from({ length: count }, (_, step) =>
    node('Sin', [step === 0 ? 'image' : `detour${step}`], `detour${step + 1}`),
  );
  return [
    ...steps,
    node('ReduceMean', [`detour${count}`], 'indirect', overPixels),
    node('Mul', ['indirect', 'zero'], 'nothing'),
    node('Add', ['direct', 'nothing'], 'mean'),
  ];
}

function linearNodes({ name }: ColourOutput): Buffer[] {
  return [
    node('Gemm', ['mean', `${name}.weights`, `${name}.bias`], `${name}.flat`),
    node('Reshape', [`${name}.flat`, `${name}.shape`], name),
  ];
}

function linearTensors({ name, dims, values }: ColourOutput): Buffer[] {
  const full = values.map((value) => (typeof value === 'number' ? ([value, 0, 0, 0] as const) : value));
  const byColour = [1, 2, 3].flatMap((place) => full.map((value) => value[place]!));
  const black = full.map((value) => value[0]);
  // 0 keeps the batch as it is.
  const shape = BigInt64Array.from([0, ...dims].map(BigInt));
  return [
    tensor(`${name}.weights`, [3, values.length], Float32Array.from(byColour)),
    tensor(`${name}.bias`, [values.length], Float32Array.from(black)),
    tensor(`${name}.shape`, [shape.length], shape),
  ];
}

/**
 * An ONNX classifier of mean colours: `image` [batch, 3, height, width] to `logits` [batch, labels].
 * @param weights of red, green and blue for each label.
 */
export function colourClassifier(weights: readonly (readonly [number, number, number])[]): Buffer {
  return colourModel([{ name: 'logits', dims: [weights.length], values: weights.map((weight) => [0, ...weight]) }]);
}

/**
 * An ONNX model of local features that finds one keypoint in a square picture and fails in any other: `image`
 * [1, 3, side, side] and `valid` [1, 2] to `kpts`, `score`, `desc` and `color`.
 */
export function squareFeatures(side: number): Buffer {
  const overSides = [
    message(field(1, 'axes'), field(8, 1), field(20, ints)),
    message(field(1, 'keepdims'), field(3, 0), field(20, int)),
  ];
  const toInt64 = [message(field(1, 'to'), field(3, int64), field(20, int))];
  const fixed = { kpts: [1, 1, 4], desc: [1, 1, 128], color: [1, 1, 12] };
  const names = Object.entries(fixed);
  const graph = message(
    field(1, node('ReduceMean', ['valid'], 'mean', overSides)),
    field(1, node('Sub', ['side', 'mean'], 'missing')),
    field(1, node('Cast', ['missing'], 'place', toInt64)),
    // Place 0 is the only one there is.
    field(1, node('Gather', ['scores', 'place'], 'score')),
    ...names.map(([name]) => field(1, node('Identity', [`${name}.fixed`], name))),
    field(2, 'square'),
    field(5, tensor('side', [1], Float32Array.of(side))),
    field(5, tensor('scores', [1, 1], Float32Array.of(1))),
    ...names.map(([name, dims]) => field(5, tensor(`${name}.fixed`, dims, new Float32Array(dims[2]!).fill(0.5)))),
    field(11, valueInfo('image', [1, 3, side, side])),
    field(11, valueInfo('valid', [1, 2])),
    ...Object.entries({ ...fixed, score: [1, 1] }).map(([name, dims]) => field(12, valueInfo(name, dims))),
  );
  return message(field(1, 8), field(7, graph), field(8, field(2, 13)));
}
