import { ItemField } from '../catalog/item-field.tsx';
import { useScope } from '../scopes.ts';
import { TextField } from '../ui/field.tsx';
import { ExampleDrop } from './example-drop.tsx';
import type { Search, SearchName } from './search.ts';
import styles from './search-bar.module.css';

interface SearchBarProps {
  search: Search | null;
  /** An empty value: no search. */
  onSearch(name: SearchName, value: string): void;
}

/** One search at a time: by words, by what was found in a picture, or by how a picture looks. */
export function SearchBar({ search, onSearch }: SearchBarProps) {
  const mayUpload = useScope('WRITE');
  const value = (name: SearchName) => (search?.name === name ? search.value : '');
  const searchText = (text: string) => {
    if (text !== value('text')) onSearch('text', text);
  };
  return (
    <search className={styles.bar}>
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          searchText(String(new FormData(event.currentTarget).get('text')).trim());
        }}
      >
        <TextField
          // Another value of the address, for example after "back", is a new field.
          key={value('text')}
          name="text"
          type="search"
          label="Words"
          placeholder="Of the file name, metadata or products"
          defaultValue={value('text')}
          onBlur={(event) => searchText(event.currentTarget.value.trim())}
        />
        <ItemField itemId={value('item')} onChange={(itemId) => onSearch('item', itemId)} />
        <button type="submit" hidden />
      </form>
      {mayUpload && <ExampleDrop onUploaded={(uploadId) => onSearch('upload', uploadId)} />}
    </search>
  );
}
