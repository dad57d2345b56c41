import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import type { BlurPeople, TaskType } from '../graphql/schema-types.generated.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { ProductFields } from './product-fields.tsx';
import styles from './task-form.module.css';
import { TaskPreview } from './task-preview.tsx';
import { abilitiesOf, changesOf, type Settings, settingsOf, usablePipelines } from './task-settings.ts';
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
  const usable = usablePipelines(settings, pipelines);
  const abilities = abilitiesOf(settings, pipelines);

  const change = (changes: Partial<Settings>) => setSettings({ ...settings, ...changes });
  const finish = (result: object) => ('message' in result ? setProblem(result) : onDone());
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const changes = changesOf(settings, abilities);
    const { isListed, addedIds, removedIds } = settings.items;
    const hasList = isListed && abilities.findsProducts;
    if (task === null) {
      const catalogItemIds = hasList ? [...addedIds] : null;
      const { data } = await create({ variables: { input: { type, ...changes, catalogItemIds } } });
      finish(data!.createTask);
    } else {
      const list = hasList ? { addCatalogItemIds: [...addedIds], removeCatalogItemIds: [...removedIds] } : null;
      const { data } = await update({ variables: { input: { id: task.id, ...changes, ...list } } });
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
          <option value="DETECTION">Find products of the catalogue, or people, animals and vehicles</option>
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
      <TextField
        label={type === 'DETECTION' ? 'Candidates' : 'Labels'}
        hint={
          type === 'DETECTION'
            ? 'How many items are listed that a facing may be, 0 to 20. Empty: 1'
            : 'How many are listed for a picture, 0 to 20. Empty: 1'
        }
        type="number"
        min={0}
        max={20}
        value={settings.topCandidates}
        onChange={({ target }) => change({ topCandidates: target.value })}
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
      {abilities.findsProducts && (
        <ProductFields task={task} settings={settings} readsText={abilities.readsText} onChange={change} />
      )}
      <SelectField
        label="People in the pictures"
        hint="From its first analysis by this task on, everything that is made from a picture shows them so, which is not undone. Not everybody is found"
        value={settings.blurPeople}
        onChange={({ target }) => change({ blurPeople: target.value as BlurPeople })}
      >
        <option value="NONE">Are shown</option>
        <option value="HEADS">Have their heads hidden</option>
        <option value="BODIES">Are hidden</option>
      </SelectField>
      <TaskPreview task={task} settings={settings} abilities={abilities} />
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
