interface NewPlanogram {
  /** The analysis of a picture that shows the shelves as they should be. */
  from?: string | undefined;
  place?: string | undefined;
  task?: string | undefined;
}

/** The form for a new planogram, with what is known of it filled in. */
export function newPlanogramAddress(known: NewPlanogram = {}): string {
  const given = Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return `/planograms?${new URLSearchParams([['new', ''], ...given])}`;
}
