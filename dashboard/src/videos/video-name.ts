interface Named {
  id: string;
  externalId: string | null;
  video: { filename: string | null } | null;
}

/** What people call a video analysis: their own id for it, the name of its file, or its id. */
export function videoNameOf({ id, externalId, video }: Named): string {
  return externalId ?? video?.filename ?? id;
}
