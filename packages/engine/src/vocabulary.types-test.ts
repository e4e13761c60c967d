import type { Ask, Gather, Tell } from '@tandem/engine';

/** A refusal as the engine's tests answer it; the real one belongs to the vocabulary package. */
export interface TestRefusal {
  readonly refused: 'forbidden' | 'busy';
}

/* The messages that the engine's own tests speak; merged here once, for all test files. */
declare module '@tandem/engine' {
  interface MessageMap {
    'test.route': Ask<
      { called: string; caller?: string; hops?: number; isUrgent?: boolean },
      string | TestRefusal
    >;
    'test.record': Tell<{ called: string }>;
    'test.survey': Gather<{ called: string }, number>;
  }
  interface CallFacts {
    tenant?: { readonly name: string };
    secret?: { readonly key: string };
  }
}
