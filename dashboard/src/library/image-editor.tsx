import { useMutation, useQuery } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { fromLocalInput, toLocalInput } from '../analyses/filter.ts';
import type { UpdateImageInput } from '../graphql/schema-types.generated.ts';
import { Button } from '../ui/button.tsx';
import { CheckField, TextAreaField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { EditedImageDocument, type EditedImageFragment, UpdateImageDocument } from './image-editor.generated.ts';
import styles from './image-editor.module.css';
import type { LibraryImageFragment } from './library.generated.ts';
import { fromText, toText } from './metadata-text.ts';

interface ImageEditorProps {
  id: string;
  onSaved(image: LibraryImageFragment): void;
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** What people have said of an image, to be changed. */
export function ImageEditor({ id, onSaved }: ImageEditorProps) {
  const { data, error, refetch } = useQuery(EditedImageDocument, { variables: { id }, fetchPolicy: 'no-cache' });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (data?.node === null) return <p>This image has been deleted.</p>;
  if (data?.node.__typename !== 'Image') return <Loading />;
  return <ImageForm image={data.node} onSaved={onSaved} />;
}

interface ImageFormProps extends Omit<ImageEditorProps, 'id'> {
  image: EditedImageFragment;
}

function ImageForm({ image, onSaved }: ImageFormProps) {
  const [saved, setSaved] = useState(image);
  const [texts, setTexts] = useState(() => toTexts(image));
  const [index, setIndex] = useState(false);
  const [update, { loading }] = useMutation(UpdateImageDocument);
  const [outcome, setOutcome] = useState<unknown>(null);
  const isSaved = outcome === 'saved';
  const isSearchable = saved.indexingStatus === 'INDEXED' || saved.indexingStatus === 'INDEXING';
  const field = (name: Name) => ({
    value: texts[name],
    onChange: ({ target }: { target: { value: string } }) => {
      setOutcome(null);
      setTexts({ ...texts, [name]: target.value });
    },
  });

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const input = { ...changesOf(saved, texts), ...(index && { index }) };
    const { data } = await update({ variables: { input } });
    const result = data!.updateImage;
    if ('message' in result) return setOutcome(result);
    setOutcome('saved');
    setSaved(result);
    setTexts(toTexts(result));
    setIndex(false);
    onSaved(result);
  };

  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setOutcome)}>
      <TextField label="Your id" maxLength={255} {...field('externalId')} />
      <TextField label="Place" maxLength={255} {...field('placeId')} />
      <TextField label={`Taken (${zone})`} type="datetime-local" {...field('recordedAt')} />
      <TextAreaField
        label="Metadata"
        hint="A pair a line, for example “aisle: 7”. Analyses keep what they were submitted with."
        rows={4}
        {...field('metadata')}
      />
      <CheckField
        label={isSearchable ? 'Searchable' : 'Make it searchable, until it is deleted'}
        checked={isSearchable || index}
        disabled={isSearchable}
        onChange={({ target }) => setIndex(target.checked)}
      />
      {outcome !== null && !isSaved && <Problem error={outcome} />}
      <div className={styles.end}>
        <Button variant="primary" type="submit" disabled={loading}>
          Save
        </Button>
        <span role="status">{isSaved && 'Saved.'}</span>
      </div>
    </form>
  );
}

type Name = 'externalId' | 'placeId' | 'recordedAt' | 'metadata';

function toTexts({ externalId, placeId, recordedAt, metadata }: EditedImageFragment): Record<Name, string> {
  return {
    externalId: externalId ?? '',
    placeId: placeId ?? '',
    recordedAt: toLocalInput(recordedAt),
    metadata: toText(metadata),
  };
}

/** Only what was changed: a time keeps its seconds, which the form does not show. What was emptied is cleared. */
function changesOf(image: EditedImageFragment, texts: Record<Name, string>): UpdateImageInput {
  const before = toTexts(image);
  const given = (text: string) => (text.trim() === '' ? null : text.trim());
  return {
    id: image.id,
    ...(texts.externalId !== before.externalId && { externalId: given(texts.externalId) }),
    ...(texts.placeId !== before.placeId && { placeId: given(texts.placeId) }),
    ...(texts.recordedAt !== before.recordedAt && { recordedAt: given(fromLocalInput(texts.recordedAt)) }),
    ...(texts.metadata !== before.metadata && { metadata: fromText(texts.metadata, image.metadata) }),
  };
}
