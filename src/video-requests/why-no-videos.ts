import type { TaskRow } from '../tasks/tasks.repository.ts';

/** Why a task cannot run on videos; null: it can. */
export function whyNoVideos({ blur_people }: Pick<TaskRow, 'blur_people'>): string | null {
  return blur_people === 'NONE' ? null : peopleShown;
}

/** Frames would show whom the task hides in pictures. */
const peopleShown =
  'The task hides people in pictures (privacy.blurPeople), which is not possible in videos yet. Use a task that hides nobody.';
