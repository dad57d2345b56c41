import type { ChangeEvent } from 'react';
import type { PlanogramContentInput } from '../graphql/schema-types.generated.ts';
import { TextField } from '../ui/field.tsx';
import { planFileEndings, readPlanFile } from './plan-file.ts';

interface PlanFileFieldProps {
  /** null: no file that can be read is chosen. */
  onContent(content: PlanogramContentInput | null): void;
  /** null: there is none any more. */
  onProblem(problem: unknown): void;
}

/** Chooses a file that says what should stand where. */
export function PlanFileField({ onContent, onProblem }: PlanFileFieldProps) {
  const read = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    onContent(null);
    onProblem(null);
    const file = target.files?.[0];
    if (file) onContent(await readPlanFile(file));
  };
  return (
    <TextField
      label="File"
      hint="CSV with the columns shelf, customId (or catalogItemId), facings and stack, or JSON as a planogram is saved here."
      type="file"
      required
      accept={planFileEndings}
      onChange={(event) => void read(event).catch(onProblem)}
    />
  );
}
