/**
 * How many characters must be inserted, deleted or replaced to make one text the part of another that is most like it (Sellers):
 * `LATTYOGHURT` is in `MILDLATTYOGURT` with one error.
 */
export function distanceToPart(part: string, whole: string): number {
  let above = Array.from({ length: whole.length + 1 }, () => 0);
  for (let row = 1; row <= part.length; row++) {
    const here = [row];
    for (let column = 1; column <= whole.length; column++) {
      const replaced = above[column - 1]! + Number(part[row - 1] !== whole[column - 1]);
      here.push(Math.min(replaced, above[column]! + 1, here[column - 1]! + 1));
    }
    above = here;
  }
  return Math.min(...above);
}
