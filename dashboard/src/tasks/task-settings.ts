import { namesIn } from '../format/list.ts';
import type { BlurPeople, TaskType } from '../graphql/schema-types.generated.ts';
import { type AlertSettings, alertRulesOf, alertSettingsOf } from './alert-rules.ts';
import type { TaskRowFragment, TasksQuery } from './tasks.generated.ts';

/** A task as its form holds it: numbers and lists are what was typed. */
export interface Settings {
  name: string;
  description: string;
  type: TaskType;
  /** Empty: the default one. */
  pipeline: string;
  /** Empty: that of the pipeline. */
  threshold: string;
  /** Empty: one. */
  topCandidates: string;
  /** Of FILTER tasks, between commas. */
  acceptGroups: string;
  items: ItemSettings;
  computeShares: boolean;
  computeRealogram: boolean;
  learning: boolean;
  readText: boolean;
  readCodes: boolean;
  findGaps: boolean;
  /** Empty: none. */
  currency: string;
  alerts: AlertSettings;
  blurPeople: BlurPeople;
}

/** Which items of the catalogue a task looks for. */
export interface ItemSettings {
  /** Or every active one. It is decided when the task is made. */
  isListed: boolean;
  /** To be added to the list, and to be removed from it. */
  addedIds: readonly string[];
  removedIds: readonly string[];
}

/** @param task null: what a new one begins with */
export function settingsOf(task: TaskRowFragment | null): Settings {
  return {
    name: task?.name ?? '',
    description: task?.description ?? '',
    type: task?.type ?? 'DETECTION',
    pipeline: task?.pipeline.name ?? '',
    threshold: task === null ? '' : String(task.threshold),
    topCandidates: String(task?.topCandidates ?? ''),
    acceptGroups: task?.acceptGroups.join(', ') ?? '',
    items: { isListed: task !== null && !task.allCatalogItems, addedIds: [], removedIds: [] },
    computeShares: task?.computeShares ?? true,
    computeRealogram: task?.computeRealogram ?? true,
    learning: task?.learning ?? false,
    readText: task?.readText ?? false,
    readCodes: task?.readCodes ?? false,
    findGaps: task?.findGaps ?? false,
    currency: task?.currency ?? '',
    alerts: alertSettingsOf(task),
    blurPeople: task?.privacy.blurPeople ?? 'NONE',
  };
}

/** What analyses of a task can do, by its type and pipeline. */
export interface Abilities {
  findsProducts: boolean;
  readsText: boolean;
}

type Pipelines = TasksQuery['pipelines'];

/** Pipelines that the type of the task can use. */
export function usablePipelines({ type }: Pick<Settings, 'type'>, pipelines: Pipelines): Pipelines {
  return pipelines.filter(({ taskTypes }) => taskTypes.includes(type));
}

export function abilitiesOf(settings: Pick<Settings, 'type' | 'pipeline'>, pipelines: Pipelines): Abilities {
  if (settings.type !== 'DETECTION') return { findsProducts: false, readsText: false };
  const usable = usablePipelines(settings, pipelines);
  // The default one finds products if any does.
  const named = settings.pipeline === '' ? usable : usable.filter(({ name }) => name === settings.pipeline);
  return {
    findsProducts: named.some(({ models }) => models.some(({ kind }) => kind === 'embedder')),
    readsText: named.some(({ readsText }) => readsText),
  };
}

/** What both createTask and updateTask take. What has no effect is switched off, since the API refuses it. */
export function changesOf(settings: Settings, { findsProducts, readsText }: Abilities) {
  const { name, description, type, pipeline, threshold, topCandidates, acceptGroups, blurPeople } = settings;
  return {
    ...{ name: name.trim(), description: description.trim(), pipeline: pipeline === '' ? null : pipeline },
    threshold: threshold === '' ? null : Number(threshold),
    topCandidates: topCandidates === '' ? 1 : Number(topCandidates),
    ...(type === 'FILTER' && { acceptGroups: namesIn(acceptGroups) }),
    ...(type === 'DETECTION' && {
      computeShares: findsProducts && settings.computeShares,
      computeRealogram: findsProducts && settings.computeRealogram,
      learning: findsProducts && settings.learning,
      readText: readsText && settings.readText,
      readCodes: findsProducts && settings.readCodes,
      findGaps: findsProducts && settings.findGaps,
      currency: (findsProducts && settings.currency.trim().toUpperCase()) || null,
      alertRules: findsProducts ? alertRulesOf(settings.alerts) : null,
    }),
    privacy: { blurPeople },
  };
}
