/** The items of one task: rows of data are L2-normalised, one per item. (key, version) must change when any of it does. */
export interface ItemMatrix {
  key: string;
  version: string;
  itemIds: string[];
  /** For each item, its pictures with stored features, the thumbnail first; empty if there are none (yet). */
  pictureIds: string[][];
  dims: number;
  data: Float32Array;
  /** Absent: corrections have taught nothing. */
  taught?: TaughtPictures;
}

/** What corrections taught, with the pictures whose features are stored: TaughtVectors with the ids of the pictures. */
export interface TaughtPictures {
  references: { pictureIds: string[]; rows: number[]; alone: boolean[]; data: Float32Array };
  counterExamples: { pictureIds: string[]; itemsBefore: (string | null)[]; data: Float32Array };
}

/** Which catalogue picture's features an engine lacks, or which counter-example's. */
export interface WantedFeatures {
  /** null: it is a counter-example. */
  itemId: string | null;
  pictureId: string;
}

/** Stored local features of a catalogue picture; see encodeViews. */
export interface StoredFeatures {
  pictureId: string;
  features: Uint8Array;
}
