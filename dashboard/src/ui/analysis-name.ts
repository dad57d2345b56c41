interface Named {
  id: string;
  externalId: string | null;
  image: { filename: string | null } | null;
}

/** What people call an analysis: their own id for it, the name of its file, or its id. */
export function nameOf({ id, externalId, image }: Named): string {
  return externalId ?? image?.filename ?? id;
}
