import type { TaskRow } from '../tasks/tasks.repository.ts';

/** Why a task cannot run on videos; null: it can. */
export function whyNoVideos({ keep_original }: Pick<TaskRow, 'keep_original'>): string | null {
  return keep_original ? null : originalsGo;
}

/**
 * People are hidden in the pictures that are made from a video, not in the video. To remove the video after its analysis would also remove all pictures of
 * frames and tracks, which are made on request: whoever wants that deletes it.
 */
const originalsGo =
  'The task does not keep originals (privacy.keepOriginal: false), and there is no version of a video with people hidden that could take the place of the original. Use a task that keeps originals, and delete the video with deleteVideos when its analysis has ended: what was found in it stays.';
