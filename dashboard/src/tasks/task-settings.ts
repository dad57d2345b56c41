import { namesIn } from '../format/list.ts';
import type { TaskType } from '../graphql/schema-types.generated.ts';
import { type AlertSettings, alertRulesOf, alertSettingsOf } from './alert-rules.ts';
import type { TaskRowFragment } from './tasks.generated.ts';

/** A task as its form holds it: numbers and lists are what was typed. */
export interface Settings {
  name: string;
  description: string;
  type: TaskType;
  /** Empty: the default one. */
  pipeline: string;
  /** Empty: that of the pipeline. */
  threshold: string;
  /** Of FILTER tasks, between commas. */
  acceptGroups: string;
  computeShares: boolean;
  computeRealogram: boolean;
  learning: boolean;
  readText: boolean;
  readCodes: boolean;
  findGaps: boolean;
  /** Empty: none. */
  currency: string;
  alerts: AlertSettings;
}

/** @param task null: what a new one begins with */
export function settingsOf(task: TaskRowFragment | null): Settings {
  return {
    name: task?.name ?? '',
    description: task?.description ?? '',
    type: task?.type ?? 'DETECTION',
    pipeline: task?.pipeline.name ?? '',
    threshold: task === null ? '' : String(task.threshold),
    acceptGroups: task?.acceptGroups.join(', ') ?? '',
    computeShares: task?.computeShares ?? true,
    computeRealogram: task?.computeRealogram ?? true,
    learning: task?.learning ?? false,
    readText: task?.readText ?? false,
    readCodes: task?.readCodes ?? false,
    findGaps: task?.findGaps ?? false,
    currency: task?.currency ?? '',
    alerts: alertSettingsOf(task),
  };
}

/** What both createTask and updateTask take. What has no effect on the type of the task is left out. */
export function changesOf(settings: Settings) {
  const { name, description, type, pipeline, threshold, acceptGroups } = settings;
  const { computeShares, computeRealogram, learning, readText, readCodes, findGaps } = settings;
  const currency = settings.currency.trim().toUpperCase() || null;
  return {
    ...{ name: name.trim(), description: description.trim(), pipeline: pipeline === '' ? null : pipeline },
    threshold: threshold === '' ? null : Number(threshold),
    ...(type === 'DETECTION' && { computeShares, computeRealogram, learning, readText, readCodes, findGaps, currency }),
    ...(type === 'DETECTION' && { alertRules: alertRulesOf(settings.alerts) }),
    ...(type === 'FILTER' && { acceptGroups: namesIn(acceptGroups) }),
  };
}
