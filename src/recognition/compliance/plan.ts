export const orientations = ['FRONT', 'BACK', 'LEFT_SIDE', 'RIGHT_SIDE', 'TOP', 'BOTTOM'] as const;
/** The side of a product that faces the customer. */
export type Orientation = (typeof orientations)[number];

/** Facings of one item beside each other. */
export interface PlannedPosition {
  itemId: string;
  /** Beside each other. */
  facings: number;
  /** On top of each other, in every facing. */
  stack: number;
  orientation: Orientation;
  /** Of one facing, in metres; null: unknown. */
  width: number | null;
}

/** The positions of a shelf from left to right. */
export interface PlannedShelf {
  /** From this shelf to the one above, in metres; null: unknown. */
  height: number | null;
  /** Metres; null: unknown. */
  width: number | null;
  positions: PlannedPosition[];
}

/** What a planogram says: shelves from top to bottom. */
export interface Fixture {
  shelves: PlannedShelf[];
}

/** How many products of a position can be seen from the front. */
export function plannedProducts({ facings, stack }: PlannedPosition): number {
  return facings * stack;
}
