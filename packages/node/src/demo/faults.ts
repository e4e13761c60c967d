import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    DEMO_NO_NATS: true;
    DEMO_FAILED: true;
  }
}

/** The demonstration's faults. */
export const demoFaults = defineFaults({
  DEMO_NO_NATS: {
    meaning: 'The demonstration could not start a nats-server.',
    remedy: 'Run `npm run setup`, or install the package nats-server.',
  },
  DEMO_FAILED: {
    meaning: 'A step of the demonstration did not come to pass.',
    remedy: 'The lines above it say how far it came; the nodes’ log is in data/demo.',
  },
});
