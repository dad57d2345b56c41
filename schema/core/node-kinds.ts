import type { IdKind } from '../../src/ids.ts';

const kinds: Record<string, IdKind> = {
  Organization: 'organization',
  ApiKey: 'apiKey',
  SessionToken: 'sessionToken',
  CatalogItem: 'catalogItem',
  CatalogImport: 'catalogImport',
  Image: 'image',
  Task: 'task',
  Batch: 'batch',
  Analysis: 'analysis',
  Correction: 'correction',
  Export: 'export',
  UploadTarget: 'upload',
  Video: 'video',
  VideoAnalysis: 'videoAnalysis',
  Planogram: 'planogram',
  Visit: 'visit',
  ShelfAlert: 'shelfAlert',
};

/** The kind of id of a GraphQL type. */
export function kindOfType(typeName: string): IdKind {
  const kind = kinds[typeName];
  if (!kind) throw new Error(`${typeName} has no id prefix; add it to schema/core/node-kinds.ts.`);
  return kind;
}
