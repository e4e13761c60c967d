import type { VNode } from 'preact';
import { ConsoleShell } from './shell/console-shell.tsx';
import { SignIn } from './session/sign-in.tsx';
import { useSession } from './session/use-session.ts';

/** The console: signing in, or the pages. */
export function App(): VNode {
  const { state, signIn, signOut, retry } = useSession();
  if (state.kind === 'signed-in') return <ConsoleShell signedIn={state} onSignOut={signOut} />;
  if (state.kind === 'token-needed') {
    return <SignIn reason={state.reason} isTrying={false} onToken={signIn} />;
  }
  if (state.kind === 'trying') {
    return (
      <main class="sign-in">
        <div class="notice" aria-busy="true">
          <span class="spinner" aria-hidden="true" /> Asking the node …
        </div>
      </main>
    );
  }
  const { problem } = state;
  return (
    <main class="sign-in">
      <div class="notice notice-error" role="alert">
        <p>
          <strong>{problem.message}</strong>
        </p>
        {problem.hint !== undefined && <p>{problem.hint}</p>}
        <button type="button" onClick={retry}>
          Try again
        </button>
      </div>
    </main>
  );
}
