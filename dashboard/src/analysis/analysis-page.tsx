import { Page } from '../ui/page.tsx';
export default function AnalysisPage() {
  return <Page title="Analysis">…</Page>;
}
