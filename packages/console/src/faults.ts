import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    CONSOLE_ADDRESS_TAKEN: true;
    CONSOLE_ADDRESS_UNUSABLE: true;
  }
}

/** The console's faults. */
export const consoleFaults = defineFaults({
  CONSOLE_ADDRESS_TAKEN: {
    meaning: 'Another program listens at the address of the console.',
    remedy: 'End it, or set `[console] listen` to another port; without it a free one is taken.',
  },
  CONSOLE_ADDRESS_UNUSABLE: {
    meaning: 'The console cannot listen at its address.',
    remedy:
      'Set `[console] listen` to an address of this machine and a port that this user may use.',
  },
});
