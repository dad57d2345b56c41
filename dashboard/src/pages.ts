import {
  Activity,
  Building2,
  ClipboardList,
  FileDown,
  Images,
  KeyRound,
  LibraryBig,
  type LucideIcon,
  PackageSearch,
  ScanEye,
  ServerCog,
  Upload,
} from 'lucide-react';
import { type ComponentType, lazy } from 'react';
import type { Scope } from './session.ts';

export interface PageEntry {
  /** As React Router writes it, for example `/analyses/:id`. */
  path: string;
  Page: ComponentType;
  /** How the navigation shows it; absent for pages that are reached from others. */
  link?: { label: string; icon: LucideIcon; group: 'Watch' | 'Manage' | 'Administer' };
  /** Without it the page is left out of the navigation. Default: READ. */
  scope?: Scope;
}

export const home = '/live';

/** All pages, in the order of the navigation. Each is loaded when it is first opened. */
export const pages: PageEntry[] = [
  {
    path: '/live',
    Page: lazy(() => import('./live/live-page.tsx')),
    link: { label: 'Live', icon: Activity, group: 'Watch' },
  },
  {
    path: '/analyses',
    Page: lazy(() => import('./analyses/analyses-page.tsx')),
    link: { label: 'Analyses', icon: Images, group: 'Watch' },
  },
  {
    path: '/upload',
    Page: lazy(() => import('./upload/upload-page.tsx')),
    link: { label: 'Upload', icon: Upload, group: 'Watch' },
    scope: 'WRITE',
  },
  {
    path: '/review',
    Page: lazy(() => import('./review/review-page.tsx')),
    link: { label: 'Review', icon: ScanEye, group: 'Watch' },
    scope: 'WRITE',
  },
  { path: '/review/proposed', Page: lazy(() => import('./review/proposals/proposals-page.tsx')), scope: 'WRITE' },
  { path: '/analyses/:id', Page: lazy(() => import('./analysis/analysis-page.tsx')) },
  {
    path: '/catalog',
    Page: lazy(() => import('./catalog/catalog-page.tsx')),
    link: { label: 'Catalogue', icon: PackageSearch, group: 'Manage' },
  },
  {
    path: '/tasks',
    Page: lazy(() => import('./tasks/tasks-page.tsx')),
    link: { label: 'Tasks', icon: ClipboardList, group: 'Manage' },
  },
  { path: '/tasks/:id', Page: lazy(() => import('./tasks/task-page.tsx')) },
  {
    path: '/library',
    Page: lazy(() => import('./library/library-page.tsx')),
    link: { label: 'Library', icon: LibraryBig, group: 'Manage' },
  },
  {
    path: '/exports',
    Page: lazy(() => import('./exports/exports-page.tsx')),
    link: { label: 'Exports', icon: FileDown, group: 'Manage' },
  },
  {
    path: '/organization',
    Page: lazy(() => import('./organization/organization-page.tsx')),
    link: { label: 'Organisation', icon: Building2, group: 'Administer' },
  },
  {
    path: '/keys',
    Page: lazy(() => import('./keys/keys-page.tsx')),
    link: { label: 'Keys', icon: KeyRound, group: 'Administer' },
    scope: 'ADMIN',
  },
  {
    path: '/system',
    Page: lazy(() => import('./system/system-page.tsx')),
    link: { label: 'System', icon: ServerCog, group: 'Administer' },
  },
];
