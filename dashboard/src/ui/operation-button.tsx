import type { DocumentNode } from 'graphql';
import { print } from 'graphql/language/printer';
import { Check, Code, Copy } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import styles from './operation-button.module.css';

interface OperationButtonProps {
  document: DocumentNode;
  variables: Record<string, unknown>;
}

/** Browsers have no clipboard for pages over HTTP from another machine. */
const canCopy = navigator.clipboard !== undefined;

/** Shows the operation that filled the page, to be copied into a program. */
export function OperationButton({ document, variables }: OperationButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const text = `${print(document)}\n\n# variables\n# ${JSON.stringify(variables)}\n`;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setIsCopied(true);
  };
  return (
    <>
      <Button onClick={() => dialog.current?.showModal()}>
        <Code aria-hidden /> GraphQL
      </Button>
      <Dialog ref={dialog} title="The query behind this page">
        <pre className={styles.text} tabIndex={0}>
          {text}
        </pre>
        {canCopy && (
          <Button variant="primary" onClick={() => void copy()}>
            {isCopied ? <Check aria-hidden /> : <Copy aria-hidden />} {isCopied ? 'Copied' : 'Copy'}
          </Button>
        )}
      </Dialog>
    </>
  );
}
