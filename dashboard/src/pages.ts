import type { ApolloClient } from '@apollo/client';
import {
  Activity,
  Building2,
  ClipboardList,
  FileDown,
  Film,
  Images,
  KeyRound,
  LibraryBig,
  type LucideIcon,
  PackageSearch,
  Rows3,
  ScanEye,
  ServerCog,
  Store,
  Upload,
} from 'lucide-react';
import { matchPath } from 'react-router';
import { type LazyPage, lazyPage } from './lazy-page.tsx';
import type { OrderedScope } from './scopes.ts';

export interface PageEntry {
  /** As React Router writes it, for example `/analyses/:id`. */
  path: string;
  Page: LazyPage;
  /** How the navigation shows it; absent for pages that are reached from others. */
  link?: { label: string; icon: LucideIcon; group: 'Watch' | 'Manage' | 'Administer' };
  /** Without it the page is left out of the navigation. Default: READ. */
  scope?: OrderedScope;
}

export const home = '/live';

/** All pages, in the order of the navigation. Each is loaded when it is first opened. */
export const pages: PageEntry[] = [
  {
    path: '/live',
    Page: lazyPage(() => import('./live/live-page.tsx')),
    link: { label: 'Live', icon: Activity, group: 'Watch' },
  },
  {
    path: '/analyses',
    Page: lazyPage(() => import('./analyses/analyses-page.tsx')),
    link: { label: 'Analyses', icon: Images, group: 'Watch' },
  },
  {
    path: '/videos',
    Page: lazyPage(() => import('./videos/videos-page.tsx')),
    link: { label: 'Videos', icon: Film, group: 'Watch' },
  },
  { path: '/videos/:id', Page: lazyPage(() => import('./videos/video-page.tsx')) },
  {
    path: '/upload',
    Page: lazyPage(() => import('./upload/upload-page.tsx')),
    link: { label: 'Upload', icon: Upload, group: 'Watch' },
    scope: 'WRITE',
  },
  {
    path: '/review',
    Page: lazyPage(() => import('./review/review-page.tsx')),
    link: { label: 'Review', icon: ScanEye, group: 'Watch' },
    scope: 'WRITE',
  },
  { path: '/review/proposed', Page: lazyPage(() => import('./review/proposals/proposals-page.tsx')), scope: 'WRITE' },
  {
    path: '/places',
    Page: lazyPage(() => import('./places/places-page.tsx')),
    link: { label: 'Places', icon: Store, group: 'Watch' },
  },
  { path: '/places/timeline', Page: lazyPage(() => import('./places/place-page.tsx')) },
  { path: '/places/visit', Page: lazyPage(() => import('./places/visit-page.tsx')) },
  { path: '/analyses/:id', Page: lazyPage(() => import('./analysis/analysis-page.tsx')) },
  {
    path: '/catalog',
    Page: lazyPage(() => import('./catalog/catalog-page.tsx')),
    link: { label: 'Catalogue', icon: PackageSearch, group: 'Manage' },
  },
  {
    path: '/tasks',
    Page: lazyPage(() => import('./tasks/tasks-page.tsx')),
    link: { label: 'Tasks', icon: ClipboardList, group: 'Manage' },
  },
  {
    path: '/planograms',
    Page: lazyPage(() => import('./planograms/planograms-page.tsx')),
    link: { label: 'Planograms', icon: Rows3, group: 'Manage' },
  },
  { path: '/planograms/:id', Page: lazyPage(() => import('./planograms/planogram-page.tsx')) },
  { path: '/tasks/:id', Page: lazyPage(() => import('./tasks/task-page.tsx')) },
  {
    path: '/library',
    Page: lazyPage(() => import('./library/library-page.tsx')),
    link: { label: 'Library', icon: LibraryBig, group: 'Manage' },
  },
  {
    path: '/exports',
    Page: lazyPage(() => import('./exports/exports-page.tsx')),
    link: { label: 'Exports', icon: FileDown, group: 'Manage' },
  },
  {
    path: '/organization',
    Page: lazyPage(() => import('./organization/organization-page.tsx')),
    link: { label: 'Organisation', icon: Building2, group: 'Administer' },
  },
  {
    path: '/keys',
    Page: lazyPage(() => import('./keys/keys-page.tsx')),
    link: { label: 'Keys', icon: KeyRound, group: 'Administer' },
    scope: 'ADMIN',
  },
  {
    path: '/system',
    Page: lazyPage(() => import('./system/system-page.tsx')),
    link: { label: 'System', icon: ServerCog, group: 'Administer' },
  },
];

/** Loads the code of the page that an address is about, beside what it has to wait for. @param hash of the address */
export function preloadPage(hash: string): void {
  pageAt(hash).Page?.preload();
}

/** Sends the first request of the page that an address is about. @param hash of the address */
export function beginPage(hash: string, apollo: ApolloClient): void {
  const { Page, params } = pageAt(hash);
  Page?.begin(apollo, params);
}

function pageAt(hash: string): { Page: LazyPage | undefined; params: URLSearchParams } {
  const [pathname = '', search] = hash.slice(1).split('?');
  const address = pathname === '' || pathname === '/' ? home : pathname;
  const page = pages.find(({ path }) => matchPath(path, address));
  return { Page: page?.Page, params: new URLSearchParams(search) };
}
