import type { Page } from 'playwright-core';
import type { Shown } from './shown-data.ts';

export interface ShownPage {
  /** Of the file. */
  name: string;
  /** Behind the `#` of the dashboard's address. */
  address: string;
  /** A text that is there as soon as the page shows what there is. */
  shows: string | RegExp;
  /** What a person does there before the picture is taken. */
  prepare?(page: Page): Promise<unknown>;
}

/** In the order of the navigation. */
export function shownPages(shown: Shown): ShownPage[] {
  const { taskId, analysisId, videoAnalysisId, planogramId, placeId, visitIds } = shown;
  return [
    { name: 'live', address: '/live', shows: 'Following' },
    { name: 'analyses', address: '/analyses', shows: 'Upright.jpg' },
    {
      name: 'analysis',
      address: `/analyses/${analysisId}`,
      shows: /of \d+ found/,
      prepare: (page) => page.getByRole('list', { name: 'What was found' }).getByRole('button').nth(3).click(),
    },
    { name: 'videos', address: '/videos', shows: 'Aisle.mp4' },
    {
      name: 'video',
      address: `/videos/${videoAnalysisId}`,
      shows: /things seen/,
      prepare: async (page) => {
        await page.getByRole('list', { name: 'Things seen' }).getByRole('button').nth(5).click();
        await page.locator('svg rect[data-selected]').waitFor();
      },
    },
    { name: 'upload', address: '/upload', shows: /Drop/ },
    { name: 'review', address: '/review?all=1', shows: 'What is this?' },
    { name: 'review-proposed', address: '/review/proposed', shows: /Night shift/ },
    { name: 'places', address: '/places', shows: placeId },
    {
      name: 'place',
      address: `/places/timeline?place=${encodeURIComponent(placeId)}`,
      shows: 'Tuesday',
    },
    {
      name: 'visits-compared',
      address: `/places/visit?id=${visitIds.after}&before=${visitIds.before}`,
      shows: 'What changed',
    },
    { name: 'catalogue', address: '/catalog', shows: 'Active' },
    { name: 'tasks', address: '/tasks', shows: 'Shelf audit' },
    { name: 'task', address: `/tasks/${taskId}`, shows: 'Analyses a day' },
    { name: 'planograms', address: '/planograms', shows: 'Breakfast bay' },
    { name: 'planogram', address: `/planograms/${planogramId}`, shows: 'Breakfast bay' },
    { name: 'library', address: '/library', shows: 'Whole bay.jpg' },
    { name: 'exports', address: '/exports', shows: 'COCO' },
    { name: 'organisation', address: '/organization', shows: /Plan|Usage/ },
    { name: 'keys', address: '/keys', shows: 'Head office' },
    { name: 'system', address: '/system', shows: /Engine/ },
  ];
}
