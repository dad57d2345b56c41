import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type EvaluatedPicture,
  evaluatePictures,
  type MeasuredSettings,
} from '../../../recognition/evaluation/evaluate.ts';
import type { NamingScores } from '../../../recognition/evaluation/naming-scores.ts';
import { analyzeAsTask, type Catalogue, describe, type Run } from '../run-pipeline.ts';
import type { TruePicture } from '../truth.ts';
import { drawLessons, type Lesson, splitPictures } from './draw-lessons.ts';
import { type DescribedLesson, teachCatalogue } from './teach-catalogue.ts';

/** Corrections of each item. */
export const lessonCounts = [0, 1, 2, 3, 5];
const mostLessons = Math.max(...lessonCounts);

/** How well products are named after some corrections of each item. */
export interface CurvePoint extends NamingScores {
  corrections: number;
}

interface Learning {
  /** Folder of the photographs. */
  images: string;
  pictures: readonly TruePicture[];
  catalogue: Catalogue;
  settings: MeasuredSettings;
}

/**
 * Draws corrections from one half of the photographs and judges the other, and the other way round.
 * @throws Error for fewer than two photographs.
 */
export async function measureLearning(
  { images, pictures, catalogue, settings }: Learning,
  run: Run,
): Promise<CurvePoint[]> {
  if (pictures.length < 2)
    throw new Error('A learning curve needs at least two photographs: one to learn from, and one to judge.');
  const halves = splitPictures(pictures);
  const lessons = await describeLessons(
    images,
    halves.map((half) => drawLessons(half, mostLessons)),
    run,
  );
  const points: CurvePoint[] = [];
  for (const corrections of lessonCounts) {
    const judged: EvaluatedPicture[] = [];
    for (const [half, own] of halves.entries()) {
      const taught = teachCatalogue(catalogue, lessons[1 - half]!, corrections);
      judged.push(...(await Promise.all(own.map((picture) => analyzeAsTask(images, picture, taught, run)))));
    }
    points.push({ corrections, ...evaluatePictures(judged, settings).naming! });
  }
  return points;
}

/** Cuts the products out and describes them, as the job does that teaches. */
async function describeLessons(images: string, halves: readonly Lesson[][], run: Run): Promise<DescribedLesson[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-lessons-'));
  try {
    const described: DescribedLesson[][] = [];
    for (const [half, lessons] of halves.entries()) {
      const cut = lessons.map((lesson, index) => ({ ...lesson, target: join(folder, `${half}-${index}.jpg`) }));
      for (const [file, ofPicture] of Map.groupBy(cut, (lesson) => lesson.file)) {
        const outcome = await run.pool.render({
          id: file,
          file: join(images, file),
          view: { kind: 'regions', boxes: ofPicture },
          renditions: ofPicture.map(({ target }) => ({ width: null, target })),
          priority: 0,
        });
        if (!outcome.ok) throw new Error(`${file} could not be cut: ${outcome.failure.message}`);
      }
      described.push(
        await Promise.all(
          cut.map(async ({ item, target }) => {
            const { embedding, features } = await describe(target, run);
            return { item, id: target, embedding, features };
          }),
        ),
      );
    }
    return described;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
