import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { useNavigate } from 'react-router';
import { Button } from '../ui/button.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { AttachmentFields } from './attachment-fields.tsx';
import styles from './planogram-form.module.css';
import { DeletePlanogramDocument, type PlanogramRowFragment, UpdatePlanogramDocument } from './planograms.generated.ts';

/** The name of a planogram and what it is attached to. */
export function PlanogramSettings({ planogram, onDone }: { planogram: PlanogramRowFragment; onDone(): void }) {
  const navigate = useNavigate();
  const [name, setName] = useState(planogram.name);
  const [taskId, setTaskId] = useState(planogram.task?.id ?? '');
  const [placeId, setPlaceId] = useState(planogram.placeId ?? '');
  const [maybeDelete, setMaybeDelete] = useState(false);
  const [update, updating] = useMutation(UpdatePlanogramDocument);
  const [remove, removing] = useMutation(DeletePlanogramDocument);
  const [problem, setProblem] = useState<unknown>(null);
  const isBusy = updating.loading || removing.loading;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const attached = { taskId: taskId || null, placeId: placeId.trim() || null };
    const { data } = await update({ variables: { input: { id: planogram.id, name: name.trim(), ...attached } } });
    const result = data!.updatePlanogram;
    if ('message' in result) setProblem(result);
    else onDone();
  };
  const removeIt = async () => {
    const { data } = await remove({ variables: { id: planogram.id } });
    const result = data!.deletePlanogram;
    if ('message' in result) setProblem(result);
    else await navigate('/planograms');
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setProblem)}>
      <TextField label="Name" required maxLength={255} value={name} onChange={({ target }) => setName(target.value)} />
      <AttachmentFields {...{ taskId, placeId }} onTask={setTaskId} onPlace={setPlaceId} />
      {problem !== null && <Problem error={problem} />}
      <div className={styles.end}>
        <Button variant="primary" type="submit" disabled={isBusy}>
          Save
        </Button>
      </div>
      <CheckField
        label="Delete it: pictures are no longer compared with it, and results keep their compliance"
        checked={maybeDelete}
        onChange={({ target }) => setMaybeDelete(target.checked)}
      />
      {maybeDelete && (
        <Button variant="danger" disabled={isBusy} onClick={() => void removeIt().catch(setProblem)}>
          Delete the planogram
        </Button>
      )}
    </form>
  );
}
