import { TaskSelect } from '../tasks/task-select.tsx';
import { SelectField } from '../ui/field.tsx';
import { type AlertFilterName, alertKinds } from './alert-filter.ts';

interface AlertFilterBarProps {
  params: URLSearchParams;
  /** An empty value: no filter. */
  onChange(name: AlertFilterName, value: string): void;
}

/** The filters of the list of alerts, as the address has them. */
export function AlertFilterBar({ params, onChange }: AlertFilterBarProps) {
  return (
    <>
      <SelectField
        label="Kind"
        value={params.get('kind') ?? ''}
        onChange={({ target }) => onChange('kind', target.value)}
      >
        <option value="">All</option>
        {Object.entries(alertKinds).map(([kind, label]) => (
          <option key={kind} value={kind}>
            {label}
          </option>
        ))}
      </SelectField>
      <TaskSelect taskId={params.get('task') ?? ''} onChange={(taskId) => onChange('task', taskId)} />
      <SelectField
        label="Acknowledged"
        value={params.get('acknowledged') ?? ''}
        onChange={({ target }) => onChange('acknowledged', target.value)}
      >
        <option value="">All</option>
        <option value="no">Nobody takes care of it</option>
        <option value="yes">Somebody takes care of it</option>
      </SelectField>
    </>
  );
}
