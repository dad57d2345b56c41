import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { useScope } from '../scopes.ts';

interface UploadLinkProps {
  /** Of what is uploaded. */
  taskId?: string;
  children: ReactNode;
}

/** Leads to the page Upload; words alone for a session that may not upload. */
export function UploadLink({ taskId, children }: UploadLinkProps) {
  const mayUpload = useScope('WRITE');
  const search = taskId === undefined ? '' : `?${new URLSearchParams({ task: taskId })}`;
  return mayUpload ? <Link to={`/upload${search}`}>{children}</Link> : children;
}
