import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** What the page of signing in needs. */
export interface SignInProps {
  /** Why one has to sign in, if there is more to say than that. */
  readonly reason: string;
  readonly isTrying: boolean;
  readonly onToken: (token: string) => void;
}

/** Asks for a token. The form is never sent anywhere: the token goes into a header. */
export function SignIn({ reason, isTrying, onToken }: SignInProps): VNode {
  const [token, setToken] = useState('');
  return (
    <main class="sign-in">
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') onToken(token.trim());
        }}
      >
        <h1>Tandem</h1>
        <p class="muted">
          This node asks for a token: one of <code>[console]</code> in its clustering.conf. It is
          kept for this tab only.
        </p>
        {reason !== '' && (
          <p class="notice notice-error" role="alert">
            {reason}
          </p>
        )}
        <label>
          Token
          <input
            type="password"
            name="token"
            autocomplete="off"
            spellcheck={false}
            autofocus
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button-main" disabled={isTrying}>
          {isTrying ? 'Signing in …' : 'Sign in'}
        </button>
      </form>
    </main>
  );
}
