/** What the picture and the list show of a detection. */
export interface FoundProduct {
  id: string;
  confidence: number;
  /** In parts of the picture, 0 to 1. */
  box: { x: number; y: number; width: number; height: number };
  /** Null: in no catalogue. */
  catalogItem: { id: string; name: string } | null;
}
