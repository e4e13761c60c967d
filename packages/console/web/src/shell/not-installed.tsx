import type { VNode } from 'preact';
import { useConsole } from './console-context.ts';

/** Says honestly that a page has nothing to show here, and why. */
export function NotInstalled(props: {
  readonly title: string;
  /** What would bring it: `the ledger`. */
  readonly feature: string;
  readonly resource: string;
}): VNode {
  const { title, feature, resource } = props;
  const { session } = useConsole();
  return (
    <>
      <h1>{title}</h1>
      <div class="notice notice-empty">
        <p>
          <strong>Not installed on this node.</strong> {feature} brings this page by{' '}
          <code>{resource}</code>, and the API of {session.node} has no such resource.
        </p>
        <p class="muted">
          <code>/api/v1/openapi.json</code> lists what it has. If the node was changed meanwhile,
          load this page again.
        </p>
      </div>
    </>
  );
}
