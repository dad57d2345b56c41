import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { fromLocalInput } from '../analyses/filter.ts';
import type { PlanogramContentInput } from '../graphql/schema-types.generated.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { PlanFileField } from './plan-file-field.tsx';
import styles from './planogram-form.module.css';
import { UpdatePlanogramDocument } from './planograms.generated.ts';
import { ValidFromField } from './valid-from-field.tsx';

/** A new version from a file. From a picture, it is made on the page of its analysis. */
export function VersionForm({ planogramId, onDone }: { planogramId: string; onDone(): void }) {
  const [content, setContent] = useState<PlanogramContentInput | null>(null);
  const [validFrom, setValidFrom] = useState('');
  const [update, { loading }] = useMutation(UpdatePlanogramDocument);
  const [problem, setProblem] = useState<unknown>(null);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (content === null) return;
    setProblem(null);
    const input = { id: planogramId, content, validFrom: fromLocalInput(validFrom) || null };
    const { data } = await update({ variables: { input } });
    const result = data!.updatePlanogram;
    if ('message' in result) setProblem(result);
    else onDone();
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setProblem)}>
      <PlanFileField onContent={setContent} onProblem={setProblem} />
      <ValidFromField value={validFrom} whenEmpty="pictures from now on" onChange={setValidFrom} />
      <p>
        To take a picture instead, open its analysis and press <i>Make a planogram</i>.
      </p>
      {problem !== null && <Problem error={problem} />}
      <Button variant="primary" type="submit" disabled={loading || content === null}>
        Save the version
      </Button>
    </form>
  );
}
