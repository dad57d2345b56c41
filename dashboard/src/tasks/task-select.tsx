import { useQuery } from '@apollo/client/react';
import { SelectField } from '../ui/field.tsx';
import { TaskSelectDocument } from './task-select.generated.ts';

interface TaskSelectProps {
  /** Empty: all tasks. */
  taskId: string;
  onChange(taskId: string): void;
}

/** One of the newest hundred tasks, or all of them. */
export function TaskSelect({ taskId, onChange }: TaskSelectProps) {
  const { data } = useQuery(TaskSelectDocument);
  return (
    <SelectField label="Task" value={taskId} onChange={(event) => onChange(event.target.value)}>
      <option value="">All</option>
      {data?.tasks.nodes.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}
