import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    REGISTRAR_BUSY: true;
  }
}

/** The registrar's faults. */
export const registrarFaults = defineFaults({
  REGISTRAR_BUSY: {
    meaning: 'More users are looked up at once than are allowed: the database does not keep up.',
    remedy: 'Look at the database; `tandem nodes` shows whether the nodes reach it.',
  },
});
