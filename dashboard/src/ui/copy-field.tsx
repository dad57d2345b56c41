import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { Button } from './button.tsx';
import styles from './copy-field.module.css';
import { TextField } from './field.tsx';
import { Problem } from './problem.tsx';

/** Browsers have no clipboard for pages over HTTP from another machine: there the text is selected, to be copied by hand. */
const canCopy = navigator.clipboard !== undefined;

/** A text to be taken elsewhere, for example a link. */
export function CopyField({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState<string | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const isCopied = copied === text;
  const copy = () =>
    void navigator.clipboard
      .writeText(text)
      .then(() => setCopied(text))
      .catch(setProblem);
  return (
    <>
      <div className={styles.field}>
        <TextField label={label} readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
        {canCopy && (
          <Button onClick={copy} aria-label={`Copy: ${label}`}>
            {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />} {isCopied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </div>
      {problem !== null && <Problem error={problem} />}
    </>
  );
}
