import { TaskSelect } from '../tasks/task-select.tsx';
import { TextField } from '../ui/field.tsx';

interface AttachmentFieldsProps {
  /** Empty: every task. */
  taskId: string;
  /** Empty: every place. */
  placeId: string;
  onTask(taskId: string): void;
  onPlace(placeId: string): void;
}

/** Whose pictures are compared with a planogram. */
export function AttachmentFields({ taskId, placeId, onTask, onPlace }: AttachmentFieldsProps) {
  return (
    <>
      <TaskSelect taskId={taskId} onChange={onTask} />
      <TextField
        label="Place"
        hint="Empty: every place of the task. At least one of task and place is needed."
        placeholder="store-12"
        maxLength={255}
        value={placeId}
        onChange={({ target }) => onPlace(target.value)}
      />
    </>
  );
}
