/**
 * The steps of a record on its way into the books, in order. After each of them the process may
 * die, and every sum is exact all the same.
 *
 *   writing    it is about to be written to the journal
 *   synced     it is on the disk, by the same write; it is acknowledged next
 *   sent       its batch goes to the database
 *   committed  the database has said that it is charged
 *   retiring   its segment is about to be put away
 */
export type MoneyStep = 'writing' | 'synced' | 'sent' | 'committed' | 'retiring';

/** Hears of each step before the next one begins. Must not throw. */
export type StepListener = (step: MoneyStep) => void;
