import { TextField } from '../ui/field.tsx';

interface ValidFromFieldProps {
  /** As an input of type datetime-local has it. */
  value: string;
  /** Of which pictures it counts if nothing is chosen. */
  whenEmpty: string;
  onChange(value: string): void;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** From when on a version counts. */
export function ValidFromField({ value, whenEmpty, onChange }: ValidFromFieldProps) {
  return (
    <TextField
      label={`Valid for pictures taken from (${zone})`}
      hint={`Empty: for ${whenEmpty}.`}
      type="datetime-local"
      value={value}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
