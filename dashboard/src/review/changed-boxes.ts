import type { PartBox } from '../analysis/found-product.ts';
import type { FacingFragment, PlaceFragment, ReviewPictureFragment } from './review.generated.ts';

/** Of the facings whose box a person has changed, by id. */
export type ChangedBoxes = ReadonlyMap<string, PartBox>;

/** What people had changed before the page read it. */
export function listChangedBoxes(facings: readonly FacingFragment[]): [id: string, box: PartBox][] {
  return facings.flatMap(({ id, correction }) =>
    correction?.detection && !isSame(correction.detection.box, correction.box) ? [[id, correction.box]] : [],
  );
}

/** The picture with its facings where they really are; the same object if none was changed. */
export function withChangedBoxes(picture: ReviewPictureFragment, changed: ChangedBoxes): ReviewPictureFragment {
  if (!picture.detections.some(({ id }) => changed.has(id))) return picture;
  const detections = picture.detections.map((facing) => ({
    ...facing,
    box: { ...facing.box, ...changed.get(facing.id) },
  }));
  return { ...picture, detections };
}

function isSame(a: PlaceFragment, b: PlaceFragment): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}
