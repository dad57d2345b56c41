import { useMutation, useQuery } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { namesIn } from '../format/list.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import {
  ArchiveItemDocument,
  EditedItemDocument,
  type ItemDetailsFragment,
  type ItemTileFragment,
  UpdateItemDocument,
} from './catalog.generated.ts';
import styles from './item-editor.module.css';
import { ReferenceImages } from './reference-images.tsx';

interface ItemEditorProps {
  id: string;
  onSaved(item: ItemTileFragment): void;
  onArchived(): void;
}

/** What is known of an item, to be changed. */
export function ItemEditor({ id, onSaved, onArchived }: ItemEditorProps) {
  const { data, error, refetch } = useQuery(EditedItemDocument, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
  });
  if (error) return <Problem error={error} retry={() => void refetch()} />;
  if (data?.node?.__typename !== 'CatalogItem') return <Loading />;
  return (
    <>
      <ReferenceImages item={data.node} onSaved={onSaved} />
      <ItemForm item={data.node} onSaved={onSaved} onArchived={onArchived} />
    </>
  );
}

const fields = [
  { name: 'name', label: 'Name' },
  { name: 'brand', label: 'Brand' },
  { name: 'size', label: 'Size' },
  { name: 'barcode', label: 'Barcode' },
  { name: 'customId', label: 'Your id' },
  { name: 'tags', label: 'Tags, between commas' },
  {
    name: 'words',
    label: 'Words printed on it, between spaces',
    hint: 'Empty: those that are read from its images while a task reads text.',
  },
] as const satisfies readonly { name: string; label: string; hint?: string }[];
type Name = (typeof fields)[number]['name'];

interface ItemFormProps extends Omit<ItemEditorProps, 'id'> {
  item: ItemDetailsFragment;
}

function ItemForm({ item, onSaved, onArchived }: ItemFormProps) {
  const [texts, setTexts] = useState(() => toTexts(item));
  const [update, saving] = useMutation(UpdateItemDocument);
  const [archive, archiving] = useMutation(ArchiveItemDocument, { variables: { id: item.id } });
  const [outcome, setOutcome] = useState<unknown>(null);
  const isSaved = outcome === 'saved';

  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await update({ variables: { input: toInput(item, texts) } });
    const result = data!.updateCatalogItem;
    if ('message' in result) return setOutcome(result);
    setOutcome('saved');
    setTexts(toTexts(result));
    onSaved(result);
  };
  const archiveItem = async () => {
    const { data } = await archive();
    const [result] = data!.archiveCatalogItems.results;
    if (result && 'message' in result) setOutcome(result);
    else onArchived();
  };

  return (
    <form className={styles.form} onSubmit={(event) => void save(event).catch(setOutcome)}>
      <div className={styles.fields}>
        {fields.map(({ name, label, ...help }) => (
          <TextField
            key={name}
            label={label}
            {...help}
            required={name === 'name'}
            value={texts[name]}
            onChange={(event) => {
              setOutcome(null);
              setTexts({ ...texts, [name]: event.target.value });
            }}
          />
        ))}
      </div>
      {outcome !== null && !isSaved && <Problem error={outcome} />}
      <div className={styles.end}>
        <Button variant="primary" type="submit" disabled={saving.loading}>
          Save
        </Button>
        <Button variant="danger" disabled={archiving.loading} onClick={() => void archiveItem().catch(setOutcome)}>
          Archive for good
        </Button>
        <span role="status">{isSaved && 'Saved.'}</span>
      </div>
    </form>
  );
}

function toTexts({ name, brand, size, barcode, customId, tags, words }: ItemDetailsFragment): Record<Name, string> {
  return {
    name,
    brand: brand ?? '',
    size: size ?? '',
    barcode: barcode ?? '',
    customId: customId ?? '',
    tags: tags.join(', '),
    words: words?.join(' ') ?? '',
  };
}

/** What is empty is cleared. Words that stay are left out: those that were read would become given ones. */
function toInput(item: ItemDetailsFragment, texts: Record<Name, string>) {
  const { name, tags, brand, size, barcode, customId, words } = texts;
  const given = (text: string) => (text.trim() === '' ? null : text.trim());
  return {
    ...{ id: item.id, name: name.trim(), brand: given(brand), size: given(size), barcode: given(barcode) },
    customId: given(customId),
    tags: namesIn(tags),
    ...(words !== toTexts(item).words && { words: given(words)?.split(/\s+/) ?? null }),
  };
}
