import type { TaskRow } from '../tasks/tasks.repository.ts';

/** Why a task cannot run on videos; null: it can. */
export function whyNoVideos({ keep_original }: Pick<TaskRow, 'keep_original'>): string | null {
  return keep_original ? null : originalsGo;
}

/** People are hidden in the pictures that are made from a video, not in the video. */
const originalsGo =
  'The task does not keep originals (privacy.keepOriginal: false), and no version of a video is made in which people are hidden. Use a task that keeps them.';
