import { Page } from '../ui/page.tsx';
export default function AnalysesPage() {
  return <Page title="Analyses">…</Page>;
}
