import { useMutation, useQuery } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { fromLocalInput } from '../analyses/filter.ts';
import { newIdempotencyKey } from '../graphql/idempotency-key.ts';
import type { PlanogramContentInput } from '../graphql/schema-types.generated.ts';
import { Picture } from '../pictures/picture.tsx';
import { nameOf } from '../ui/analysis-name.ts';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { AttachmentFields } from './attachment-fields.tsx';
import { PlanFileField } from './plan-file-field.tsx';
import styles from './planogram-form.module.css';
import {
  CreatePlanogramDocument,
  PlanogramPictureDocument,
  type PlanogramPictureQuery,
  PlanogramsDocument,
  UpdatePlanogramDocument,
} from './planograms.generated.ts';
import { ValidFromField } from './valid-from-field.tsx';

interface NewPlanogramFormProps {
  /** Of a picture that shows the shelves as they should be; null: a file says it. */
  analysisId: string | null;
  placeId: string | null;
  taskId: string | null;
  /** It was saved. @param id of the planogram */
  onDone(id: string): void;
}

/** A planogram from a file or a picture; a picture can also become a new version of one that exists. */
export function NewPlanogramForm({ analysisId, ...props }: NewPlanogramFormProps) {
  const { data, error } = useQuery(PlanogramPictureDocument, {
    variables: { id: analysisId ?? '' },
    skip: analysisId === null,
  });
  if (error) return <Problem error={error} />;
  if (analysisId === null) return <Form picture={null} {...props} />;
  if (!data) return <Loading />;
  if (data.node?.__typename !== 'Analysis')
    return <Problem error={new Error('The analysis of which the planogram was to be made does not exist any more.')} />;
  return <Form picture={data.node} {...props} />;
}

type Pictured = Extract<PlanogramPictureQuery['node'], { __typename: 'Analysis' }>;

function Form(props: Omit<NewPlanogramFormProps, 'analysisId'> & { picture: Pictured | null }) {
  const { picture, onDone } = props;
  const [name, setName] = useState('');
  const [taskId, setTaskId] = useState(props.taskId ?? (picture && picture.placeId === null ? picture.task.id : ''));
  const [placeId, setPlaceId] = useState(props.placeId ?? picture?.placeId ?? '');
  const [validFrom, setValidFrom] = useState('');
  const [file, setFile] = useState<PlanogramContentInput | null>(null);
  /** Empty: a new one. */
  const [planogramId, setPlanogramId] = useState('');
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [create, creating] = useMutation(CreatePlanogramDocument);
  const [update, updating] = useMutation(UpdatePlanogramDocument);
  const [problem, setProblem] = useState<unknown>(null);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    const content = picture ? { analysisId: picture.id } : file;
    if (content === null) return setProblem(new Error('Choose a CSV or JSON file.'));
    const version = { content, validFrom: fromLocalInput(validFrom) || null };
    const attached = { taskId: taskId || null, placeId: placeId.trim() || null };
    const result =
      planogramId === ''
        ? (await create({ variables: { input: { name: name.trim(), ...attached, ...version, idempotencyKey } } })).data!
            .createPlanogram
        : (await update({ variables: { input: { id: planogramId, ...version } } })).data!.updatePlanogram;
    if ('message' in result) setProblem(result);
    else onDone(result.id);
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setProblem)}>
      {picture ? (
        <>
          {picture.image?.url && <Picture className={styles.picture} url={picture.image.url} alt={nameOf(picture)} />}
          <p>This picture shows the shelves as they should be. Products that are not in the catalogue are left out.</p>
          <PlanogramSelect planogramId={planogramId} onChange={setPlanogramId} />
        </>
      ) : (
        <PlanFileField onContent={setFile} onProblem={setProblem} />
      )}
      {planogramId === '' && (
        <>
          <TextField
            label="Name"
            required
            maxLength={255}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <AttachmentFields {...{ taskId, placeId }} onTask={setTaskId} onPlace={setPlaceId} />
        </>
      )}
      <ValidFromField
        value={validFrom}
        whenEmpty={planogramId === '' ? 'all pictures' : 'pictures from now on'}
        onChange={setValidFrom}
      />
      {problem !== null && <Problem error={problem} />}
      <Button variant="primary" type="submit" disabled={creating.loading || updating.loading}>
        {planogramId === '' ? 'Create the planogram' : 'Save as a new version'}
      </Button>
    </form>
  );
}

/** A new planogram, or one of the newest hundred. */
function PlanogramSelect({ planogramId, onChange }: { planogramId: string; onChange(id: string): void }) {
  const { data } = useQuery(PlanogramsDocument, { variables: { filter: {} } });
  if (!data || data.planograms.nodes.length === 0) return null;
  return (
    <SelectField label="Planogram" value={planogramId} onChange={({ target }) => onChange(target.value)}>
      <option value="">A new one</option>
      {data.planograms.nodes.map(({ id, name }) => (
        <option key={id} value={id}>
          A new version of {name}
        </option>
      ))}
    </SelectField>
  );
}
