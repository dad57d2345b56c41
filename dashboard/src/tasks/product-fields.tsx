import { CheckField, TextField } from '../ui/field.tsx';
import { AlertRulesFields } from './alert-rules-fields.tsx';
import { TaskItems } from './task-items.tsx';
import type { Settings } from './task-settings.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

interface ProductFieldsProps {
  /** null: a new one. */
  task: TaskRowFragment | null;
  settings: Settings;
  readsText: boolean;
  onChange(changes: Partial<Settings>): void;
}

/** What a task does that finds products. */
export function ProductFields({ task, settings, readsText, onChange }: ProductFieldsProps) {
  const check = (
    name: 'computeShares' | 'computeRealogram' | 'learning' | 'readText' | 'readCodes' | 'findGaps',
    label: string,
  ) => (
    <CheckField
      label={label}
      checked={settings[name]}
      onChange={({ target }) => onChange({ [name]: target.checked })}
    />
  );
  return (
    <>
      <TaskItems task={task} items={settings.items} onChange={(items) => onChange({ items })} />
      {check('computeShares', 'Compute shares of the shelf')}
      {check('computeRealogram', 'Compute the realogram')}
      {check('learning', 'Learn from corrections')}
      {readsText && (
        <>
          {check('readText', 'Read text, which takes some seconds for each picture')}
          <TextField
            label="Currency of prices"
            hint="For price tags that do not say it, which are read with the text. ISO 4217, for example EUR"
            maxLength={3}
            value={settings.currency}
            onChange={({ target }) => onChange({ currency: target.value })}
          />
        </>
      )}
      {check('readCodes', 'Read barcodes and QR codes')}
      {check('findGaps', 'Find gaps on the shelves')}
      <AlertRulesFields
        alerts={settings.alerts}
        currency={settings.currency}
        onChange={(alerts) => onChange({ alerts })}
      />
    </>
  );
}
