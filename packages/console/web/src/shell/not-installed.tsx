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
          <strong>Not installed on this node.</strong> {feature} brings this page, and{' '}
          {session.node} runs without it: its API has no <code>{resource}</code>.
        </p>
        <p class="muted">
          If the node was changed meanwhile, load this page again; <code>bin/tandem check</code>{' '}
          says which parts a configuration installs.
        </p>
      </div>
    </>
  );
}
