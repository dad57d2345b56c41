import { X } from 'lucide-react';
import { ItemField } from '../catalog/item-field.tsx';
import { TaskSelect } from '../tasks/task-select.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { analysisStatuses, statusLabel } from '../ui/status-badge.tsx';
import { type FilterName, fromLocalInput, toLocalInput } from './filter.ts';
import styles from './filter-bar.module.css';

interface FilterBarProps {
  params: URLSearchParams;
  onChange(name: FilterName, value: string): void;
  onClear(): void;
}

/** On a phone they would fill the screen. */
const startsOpen = matchMedia('(min-width: 801px)').matches;
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Every filter of the list, as the address has it. A text counts when its field is left, or with Enter. */
export function FilterBar({ params, onChange, onClear }: FilterBarProps) {
  const value = (name: FilterName) => params.get(name) ?? '';
  const text = (name: FilterName) => ({
    // Another value of the address, for example after "back", is a new field.
    key: `${name} ${value(name)}`,
    name,
    defaultValue: value(name),
    onBlur: (event: { currentTarget: HTMLInputElement }) => onChange(name, event.currentTarget.value.trim()),
  });
  const time = (name: 'from' | 'to') => ({
    type: 'datetime-local',
    value: toLocalInput(params.get(name)),
    onChange: (event: { currentTarget: HTMLInputElement }) => onChange(name, fromLocalInput(event.currentTarget.value)),
  });
  return (
    <search className={styles.bar}>
      <details open={startsOpen}>
        <summary>Filters{params.size > 0 && ` (${params.size})`}</summary>
        <form
          className={styles.fields}
          onSubmit={(event) => {
            event.preventDefault();
            (document.activeElement as HTMLElement).blur();
          }}
        >
          <SelectField
            label="Status"
            value={value('status')}
            onChange={(event) => onChange('status', event.target.value)}
          >
            <option value="">All</option>
            <option value="AWAITING_UPLOAD,QUEUED,RUNNING">Not ended</option>
            {analysisStatuses.map((status) => (
              <option key={status} value={status}>
                {statusLabel(status)}
              </option>
            ))}
          </SelectField>
          <TaskSelect taskId={value('task')} onChange={(taskId) => onChange('task', taskId)} />
          <TextField label="Place" placeholder="store-12" {...text('place')} />
          <TextField label="Visit" placeholder="2026-03-02" {...text('visit')} />
          <ItemField itemId={value('item')} onChange={(itemId) => onChange('item', itemId)} />
          <TextField label={`From (${zone})`} {...time('from')} />
          <TextField label={`To (${zone})`} {...time('to')} />
          <TextField label="Metadata" placeholder="key:value" {...text('meta')} />
          <TextField
            label="Confidence from"
            type="number"
            min={0}
            max={1}
            step={0.05}
            placeholder="0–1"
            {...text('confidence')}
          />
          <button type="submit" hidden />
        </form>
      </details>
      {params.size > 0 && (
        <Button variant="ghost" onClick={onClear}>
          <X aria-hidden /> Clear filters
        </Button>
      )}
    </search>
  );
}
