import type { ScoredBox } from '../box.ts';
import type { FoundLabel } from '../labels.ts';

/** A person, an animal, a vehicle, or another thing of a detector with classes. */
export interface FoundObject {
  box: ScoredBox;
  /** What it is: the detector's class, or what the classifier says of its part of the picture. */
  label: FoundLabel;
}

/** An object, with the classifier's chances of every label for its part of the picture. */
export interface ObjectLook {
  object: FoundObject;
  chances: readonly FoundLabel[];
}
