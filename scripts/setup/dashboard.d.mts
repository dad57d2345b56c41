export function buildDashboard(root: string, node: string): Promise<string | null>;
