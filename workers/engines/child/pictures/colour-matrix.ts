/** Three numbers: a colour, or a row of a matrix. */
export type Row = [number, number, number];
export type Matrix = [Row, Row, Row];

/** Chromaticities of red, green, blue and white. */
export type Primaries = readonly [red: Xy, green: Xy, blue: Xy, white: Xy];
export type Xy = readonly [x: number, y: number];

/** The white of ICC profiles. */
export const d50: Row = [0.9642, 1, 0.8249];

/** RGB to XYZ under D50, by way of the Bradford cone responses. */
export function toD50([red, green, blue, white]: Primaries): Matrix {
  const toXyz = ([x, y]: Xy): Row => [x / y, 1, (1 - x - y) / y];
  const unscaled = transpose([toXyz(red), toXyz(green), toXyz(blue)]);
  const scales = apply(inverse(unscaled), toXyz(white));
  const own = unscaled.map((row) => row.map((value, index) => value * scales[index]!)) as Matrix;
  const [from, to] = [apply(bradford, toXyz(white)), apply(bradford, d50)];
  const scaled = bradford.map((row, index) => row.map((value) => (value * to[index]!) / from[index]!)) as Matrix;
  return multiply(multiply(inverse(bradford), scaled), own);
}

const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
];

export function transpose([a, b, c]: Matrix): Matrix {
  return [
    [a[0], b[0], c[0]],
    [a[1], b[1], c[1]],
    [a[2], b[2], c[2]],
  ];
}

function apply(matrix: Matrix, vector: Row): Row {
  return matrix.map((row) => row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2]) as Row;
}

function multiply(left: Matrix, right: Matrix): Matrix {
  return transpose(transpose(right).map((column) => apply(left, column)) as Matrix);
}

function inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix): Matrix {
  const determinant = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  const cofactors: Matrix = [
    [e * i - f * h, c * h - b * i, b * f - c * e],
    [f * g - d * i, a * i - c * g, c * d - a * f],
    [d * h - e * g, b * g - a * h, a * e - b * d],
  ];
  return cofactors.map((row) => row.map((value) => value / determinant)) as Matrix;
}
