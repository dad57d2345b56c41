import { useMutation } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { formatDateTime } from '../format/format.ts';
import { sharedLink } from '../shared/shared-link.ts';
import { Button } from '../ui/button.tsx';
import { CopyField } from '../ui/copy-field.tsx';
import { SelectField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { CreateAnalysisLinkDocument } from './share.generated.ts';
import styles from './share-button.module.css';

const daySeconds = 86_400;
const lifetimesDays = [1, 7, 30, 90];

/** Creates a link to a page that shows one analysis. */
export function AnalysisLink({ analysisId }: { analysisId: string }) {
  const [days, setDays] = useState(7);
  const [create, { data, error, loading }] = useMutation(CreateAnalysisLinkDocument);
  const result = data?.createAnalysisLink;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // What fails is shown from `error`.
    void create({ variables: { input: { analysisId, expiresInSeconds: days * daySeconds } } }).catch(() => undefined);
  };
  return (
    <section className={styles.link}>
      <h3>This analysis</h3>
      {result && 'secret' in result ? (
        <>
          <p>
            Whoever has this link sees the picture and what was found, and nothing else, without signing in. It works
            until <strong>{formatDateTime(result.sessionToken.expiresAt)}</strong>. The page Keys lists it, and
            withdraws it earlier.
          </p>
          <CopyField label="Link to this analysis" text={sharedLink(result.secret)} />
        </>
      ) : (
        <form className={styles.link} onSubmit={submit}>
          <SelectField label="The link works for" value={days} onChange={({ target }) => setDays(Number(target.value))}>
            {lifetimesDays.map((option) => (
              <option key={option} value={option}>
                {option === 1 ? '1 day' : `${option} days`}
              </option>
            ))}
          </SelectField>
          {error && <Problem error={error} />}
          {result && 'message' in result && <Problem error={result} />}
          <Button type="submit" variant="primary" disabled={loading}>
            Create a link
          </Button>
        </form>
      )}
    </section>
  );
}
