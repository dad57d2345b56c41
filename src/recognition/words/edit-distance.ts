/** How many characters must be inserted, deleted or replaced to make one text of another (Levenshtein). */
export function editDistance(one: string, other: string): number {
  return lastRow(one, other, (column) => column).at(-1)!;
}

/** The distance of a text to the part of another that is most like it (Sellers): `LATTYOGHURT` is in `MILDLATTYOGURT` with one error. */
export function distanceToPart(part: string, whole: string): number {
  return Math.min(...lastRow(part, whole, () => 0));
}

/** The last row of the table of distances between the beginnings of two texts. @param first its first row, by column. */
function lastRow(one: string, other: string, first: (column: number) => number): number[] {
  let above = Array.from({ length: other.length + 1 }, (_, column) => first(column));
  for (let row = 1; row <= one.length; row++) {
    const here = [row];
    for (let column = 1; column <= other.length; column++) {
      const replaced = above[column - 1]! + Number(one[row - 1] !== other[column - 1]);
      here.push(Math.min(replaced, above[column]! + 1, here[column - 1]! + 1));
    }
    above = here;
  }
  return above;
}
