/** A box in parts of the picture, 0 to 1. */
export interface PartBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What the picture and the list show of a detection. */
export interface FoundProduct {
  id: string;
  confidence: number;
  box: PartBox;
  /** Null: in no catalogue. */
  catalogItem: { id: string; name: string } | null;
}
