import { defineFaults } from '@tandem/engine';

declare module '@tandem/engine' {
  interface FaultCodes {
    LEDGER_JOURNAL_LOCKED: true;
    LEDGER_JOURNAL_UNWRITABLE: true;
    LEDGER_JOURNAL_BUSY: true;
    LEDGER_JOURNAL_COPIED: true;
    LEDGER_NAME_TAKEN: true;
    LEDGER_BOOT_TWICE: true;
    LEDGER_NOT_DURABLE: true;
  }
}

/** The ledger's faults: what each means for the money, and what an operator does about it. */
export const ledgerFaults = defineFaults({
  LEDGER_JOURNAL_LOCKED: {
    meaning: 'Another process has the journal’s directory, or it cannot be locked.',
    remedy:
      'Give each node a directory of its own; end the other process; install `flock` (util-linux).',
  },
  LEDGER_JOURNAL_UNWRITABLE: {
    meaning:
      'The journal cannot be written. New calls are refused, running ones go on, and their records are told again until the disk takes them.',
    remedy: 'Read `reason`: free space on the disk, or mend it. No restart is needed.',
  },
  LEDGER_JOURNAL_BUSY: {
    meaning: 'More records wait for the disk than are allowed: it does not keep up.',
    remedy: 'Put the journal on a faster disk, or spread the calls over more nodes.',
  },
  LEDGER_NAME_TAKEN: {
    meaning: 'Another living boot in the database has this node’s name.',
    remedy:
      'Give each node its own `[general] nodename`; a node that died is followed 6 s after its last beat.',
  },
  LEDGER_JOURNAL_COPIED: {
    meaning:
      'The journal’s directory is a copy: the node that wrote it lives on another machine, and its calls are not ours to close.',
    remedy:
      'Give this node an empty directory (`data/NODE/journal`). If the other machine is gone for good, wait: 6 s after its last beat its journal is taken over.',
  },
  LEDGER_BOOT_TWICE: {
    meaning:
      'Another process runs under this boot’s id: a copy of a running machine. Both would charge under the same ids, so this one ended at once, and said BYE to nobody: the calls are the other’s.',
    remedy: 'Start this node anew, under a name of its own if both shall run.',
  },
  LEDGER_NOT_DURABLE: {
    meaning: 'The database acknowledges what a crash may lose: fsync or synchronous_commit is off.',
    remedy: 'Set `fsync = on` and `synchronous_commit = on` in postgresql.conf.',
  },
});
