import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import type { TaskType } from '../graphql/schema-types.generated.ts';
import { Button } from '../ui/button.tsx';
import { CheckField, SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { AlertRulesFields } from './alert-rules-fields.tsx';
import styles from './task-form.module.css';
import { TaskPreview } from './task-preview.tsx';
import { changesOf, type Settings, settingsOf } from './task-settings.ts';
import {
  CreateTaskDocument,
  DeleteTaskDocument,
  type TaskRowFragment,
  type TasksQuery,
  UpdateTaskDocument,
} from './tasks.generated.ts';

interface TaskFormProps {
  /** null: a new one. */
  task: TaskRowFragment | null;
  pipelines: TasksQuery['pipelines'];
  /** It was saved or deleted. */
  onDone(): void;
}

/** The settings of a task. Its type is chosen once. */
export function TaskForm({ task, pipelines, onDone }: TaskFormProps) {
  const [settings, setSettings] = useState(() => settingsOf(task));
  const [create, creating] = useMutation(CreateTaskDocument);
  const [update, updating] = useMutation(UpdateTaskDocument);
  const [remove, removing] = useMutation(DeleteTaskDocument);
  const [problem, setProblem] = useState<unknown>(null);
  const { type } = settings;
  const isBusy = creating.loading || updating.loading || removing.loading;
  const usable = pipelines.filter(({ taskTypes }) => taskTypes.includes(type));

  const change = (changes: Partial<Settings>) => setSettings({ ...settings, ...changes });
  const finish = (result: object) => ('message' in result ? setProblem(result) : onDone());
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const changes = changesOf(settings);
    if (task === null) {
      const { data } = await create({ variables: { input: { type, ...changes } } });
      finish(data!.createTask);
    } else {
      const { data } = await update({ variables: { input: { id: task.id, ...changes } } });
      finish(data!.updateTask);
    }
  };
  const removeTask = async (id: string) => {
    const { data } = await remove({ variables: { id } });
    finish(data!.deleteTask);
  };

  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setProblem)}>
      <TextField
        label="Name"
        required
        value={settings.name}
        onChange={({ target }) => change({ name: target.value })}
      />
      <TextField
        label="Description"
        value={settings.description}
        onChange={({ target }) => change({ description: target.value })}
      />
      {task === null && (
        <SelectField
          label="Type"
          value={type}
          onChange={({ target }) => change({ type: target.value as TaskType, pipeline: '' })}
        >
          <option value="DETECTION">Find the products of the catalogue</option>
          <option value="CLASSIFICATION">Say what the picture shows</option>
          <option value="FILTER">Accept or reject the picture</option>
        </SelectField>
      )}
      <SelectField
        label="Pipeline"
        value={settings.pipeline}
        onChange={({ target }) => change({ pipeline: target.value })}
      >
        <option value="">The default one</option>
        {usable.map(({ name, version }) => (
          <option key={`${name}@${version}`} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField
        label="Threshold"
        hint="0 to 1. Empty: that of the pipeline"
        type="number"
        min={0}
        max={1}
        step="any"
        value={settings.threshold}
        onChange={({ target }) => change({ threshold: target.value })}
      />
      {type === 'FILTER' && (
        <TextField
          label="Groups that are accepted, between commas"
          hint="animal, food, household, other, person or vehicle"
          required
          value={settings.acceptGroups}
          onChange={({ target }) => change({ acceptGroups: target.value })}
        />
      )}
      {type === 'DETECTION' && (
        <>
          <CheckField
            label="Compute shares of the shelf"
            checked={settings.computeShares}
            onChange={({ target }) => change({ computeShares: target.checked })}
          />
          <CheckField
            label="Compute the realogram"
            checked={settings.computeRealogram}
            onChange={({ target }) => change({ computeRealogram: target.checked })}
          />
          <CheckField
            label="Learn from corrections"
            checked={settings.learning}
            onChange={({ target }) => change({ learning: target.checked })}
          />
          <CheckField
            label="Read text, which takes some seconds for each picture"
            checked={settings.readText}
            onChange={({ target }) => change({ readText: target.checked })}
          />
          <TextField
            label="Currency of prices"
            hint="For price tags that do not say it, which are read with the text. ISO 4217, for example EUR"
            maxLength={3}
            value={settings.currency}
            onChange={({ target }) => change({ currency: target.value })}
          />
          <CheckField
            label="Read barcodes and QR codes"
            checked={settings.readCodes}
            onChange={({ target }) => change({ readCodes: target.checked })}
          />
          <CheckField
            label="Find gaps on the shelves"
            checked={settings.findGaps}
            onChange={({ target }) => change({ findGaps: target.checked })}
          />
          <AlertRulesFields
            alerts={settings.alerts}
            currency={settings.currency}
            onChange={(alerts) => change({ alerts })}
          />
        </>
      )}
      <TaskPreview task={task} settings={settings} />
      {problem !== null && <Problem error={problem} />}
      <div className={styles.end}>
        <Button variant="primary" type="submit" disabled={isBusy}>
          {task === null ? 'Create the task' : 'Save'}
        </Button>
        {task !== null && (
          <Button variant="danger" disabled={isBusy} onClick={() => void removeTask(task.id).catch(setProblem)}>
            Delete
          </Button>
        )}
      </div>
    </form>
  );
}
