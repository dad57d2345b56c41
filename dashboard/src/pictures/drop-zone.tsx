import { Camera, FolderOpen, ImagePlus } from 'lucide-react';
import { type ChangeEvent, type DragEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../ui/button.tsx';
import styles from './drop-zone.module.css';
import { droppedFiles } from './dropped-files.ts';
import { acceptedFiles } from './media-type.ts';

interface DropZoneProps {
  /** What is to be dropped here, a sentence. */
  hint: string;
  /** On the button. Default: `Choose pictures`, or `Choose a picture`. */
  label?: string;
  /** As `<input accept>` takes it. Default: pictures, for which there is also a camera. */
  accept?: string;
  isDisabled?: boolean;
  /** Asks for one picture, in little room. */
  isSingle?: boolean;
  onFiles(files: File[]): void;
}

/** Files and folders that are dropped or chosen, pictures that are pasted, or a photograph of the phone's camera. */
export function DropZone(props: DropZoneProps) {
  const { hint, accept = acceptedFiles, isDisabled = false, isSingle = false, onFiles } = props;
  const { label = isSingle ? 'Choose a picture' : 'Choose pictures' } = props;
  const [isOver, setIsOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const paste = ({ clipboardData }: ClipboardEvent) => {
      const pasted = [...(clipboardData?.files ?? [])];
      if (pasted.length > 0 && !isDisabled) onFiles(pasted);
    };
    document.addEventListener('paste', paste);
    return () => document.removeEventListener('paste', paste);
  }, [isDisabled, onFiles]);

  const drop = (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    if (!isDisabled) void droppedFiles(event.dataTransfer).then(onFiles);
  };
  const choose = ({ target }: ChangeEvent<HTMLInputElement>) => {
    onFiles([...(target.files ?? [])]);
    // So that the same file can be chosen again.
    target.value = '';
  };
  const input = { type: 'file', hidden: true, onChange: choose, disabled: isDisabled } as const;

  return (
    <section
      className={styles.zone}
      data-over={isOver || undefined}
      data-single={isSingle || undefined}
      aria-label="Pictures to upload"
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {!isSingle && <ImagePlus aria-hidden />}
      <p>{hint}</p>
      <div className={styles.buttons}>
        <Button
          variant={isSingle ? 'secondary' : 'primary'}
          disabled={isDisabled}
          onClick={() => files.current?.click()}
        >
          <ImagePlus aria-hidden /> {label}
        </Button>
        {!isSingle && (
          <Button disabled={isDisabled} onClick={() => folder.current?.click()}>
            <FolderOpen aria-hidden /> Choose a folder
          </Button>
        )}
        {accept.startsWith(acceptedFiles) && (
          <Button disabled={isDisabled} className={styles.camera} onClick={() => camera.current?.click()}>
            <Camera aria-hidden /> Take a photograph
          </Button>
        )}
      </div>
      <input ref={files} {...input} multiple={!isSingle} accept={accept} aria-label={label} />
      {!isSingle && <input ref={folder} {...input} webkitdirectory="" aria-label="Choose a folder" />}
      <input ref={camera} {...input} accept="image/*" capture="environment" aria-label="Take a photograph" />
    </section>
  );
}
