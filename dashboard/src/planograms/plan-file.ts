import type { PlanogramContentInput, PlanogramShelfInput } from '../graphql/schema-types.generated.ts';
import type { PlannedShelfFragment } from './planograms.generated.ts';

/** For `<input accept>`. */
export const planFileEndings = '.csv,.tsv,.txt,.json';

/**
 * What a file says should stand where: a table, or JSON as the API takes it and as this dashboard saves it. The server checks it.
 * @throws Error that says what is wrong with the file
 */
export async function readPlanFile(file: File): Promise<PlanogramContentInput> {
  if (!file.name.toLowerCase().endsWith('.json')) return { csv: file };
  const value = parse(await file.text());
  const shelves = Array.isArray(value) ? value : (value as { shelves?: unknown } | null)?.shelves;
  if (!Array.isArray(shelves))
    throw new Error(
      `${file.name} has no shelves. Expected {"shelves": [{"positions": [{"item": {"customId": "…"}, "facings": 2}]}]}.`,
    );
  return { shelves: shelves as PlanogramShelfInput[] };

  function parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${file.name} is not JSON: ${error instanceof Error ? error.message : error}`);
    }
  }
}

/** What `readPlanFile` reads. Items are named by the client's own ids, where they have one. */
export function toPlanFile(shelves: readonly PlannedShelfFragment[]): { shelves: PlanogramShelfInput[] } {
  return {
    shelves: shelves.map(({ height, width, positions }) => ({
      height,
      width,
      positions: positions.map(
        ({ catalogItem: { id, customId }, facings, stack, orientation, width: facingWidth }) => ({
          item: customId === null ? { catalogItemId: id } : { customId },
          facings,
          stack,
          orientation,
          width: facingWidth,
        }),
      ),
    })),
  };
}
