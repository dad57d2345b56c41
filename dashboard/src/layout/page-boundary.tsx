import { Component, type ReactNode } from 'react';
import { Problem } from '../ui/problem.tsx';

/** A fault of one page, or one that could not be loaded, leaves the navigation and the other pages usable. */
export class PageBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === null) return this.props.children;
    return <Problem error={this.state.error} retry={() => location.reload()} />;
  }
}
