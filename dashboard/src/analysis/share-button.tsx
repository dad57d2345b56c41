import { Share2 } from 'lucide-react';
import { useRef, useState } from 'react';
import { useScope } from '../scopes.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { AnalysisLink } from './analysis-link.tsx';
import { PictureLink } from './picture-link.tsx';
import styles from './share-button.module.css';

interface ShareButtonProps {
  analysisId: string;
  /** Of what the page shows, which is what the picture shows. */
  minConfidence: number;
}

/** Links for people who have no key: to this analysis, and to its picture alone. */
export function ShareButton({ analysisId, minConfidence }: ShareButtonProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const mayCreate = useScope('WRITE');
  // What was made for the last time the dialog was open is not shown again.
  const [opened, setOpened] = useState(0);
  const open = () => {
    setOpened((times) => times + 1);
    dialog.current?.showModal();
  };
  return (
    <>
      <Button onClick={open}>
        <Share2 aria-hidden /> Share
      </Button>
      <Dialog ref={dialog} title="Share">
        {opened > 0 && (
          <div key={opened} className={styles.links}>
            {mayCreate && <AnalysisLink analysisId={analysisId} />}
            <PictureLink analysisId={analysisId} minConfidence={minConfidence} />
          </div>
        )}
      </Dialog>
    </>
  );
}
