import { type JudgedPosition, type PositionStatus, positionStatuses, scoreOf } from './compliance.ts';

/** A position as one of several pictures shows it. */
export type PositionOfPicture<Picture> = JudgedPosition & { picture: Picture };

/** How several pictures of one fixture, judged by the same plan, agree with it together. */
export interface MergedCompliance<Picture> {
  /** As in Compliance. */
  score: number | null;
  /** Of each position of the plan, what the picture says that shows it best. */
  positions: PositionOfPicture<Picture>[];
}

/** From what speaks most for the shelf to what says nothing of it. */
const ranks = new Map(positionStatuses.map((status, rank) => [status, rank] as const));

const rankOf = (status: PositionStatus) => ranks.get(status)!;

/**
 * What one picture does not show, another may: of each position the best status counts, and of equal ones the picture that shows more of
 * it. What is seen in its place on any picture is there; that it is missing takes a picture of its place, and none with the product in it.
 */
export function mergeCompliance<Picture>(
  pictures: readonly { picture: Picture; positions: readonly JudgedPosition[] }[],
): MergedCompliance<Picture> {
  const best: PositionOfPicture<Picture>[] = [];
  for (const { picture, positions } of pictures)
    positions.forEach((position, index) => {
      const known = best[index];
      if (!known || isBetter(position, known)) best[index] = { ...position, picture };
    });
  return { score: scoreOf(best), positions: best };
}

function isBetter(position: JudgedPosition, than: JudgedPosition): boolean {
  const difference = rankOf(position.status) - rankOf(than.status);
  return difference < 0 || (difference === 0 && position.visible > than.visible);
}
