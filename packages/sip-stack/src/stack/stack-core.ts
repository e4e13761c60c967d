import type { TimerWheel } from '@tandem/engine';

import type { SourceGuard } from '../guard/source-guard.ts';
import type { DialogTable } from '../dialog/dialog-table.ts';
import type { LiveDialog } from '../dialog/live-dialog.ts';
import type { LiveOutgoingInvite } from '../dialog/live-outgoing-invite.ts';
import type { TimerValues } from '../transaction/timer-values.ts';
import type { TransactionTable } from '../transaction/transaction-table.ts';
import type { CounterSet } from './counter-set.ts';
import type { IdSource } from './id-source.ts';
import type { HopSource } from './next-hop.ts';
import type { OutgoingInviteUser } from './outgoing-request.ts';
import type { RequestOrder } from './request-order.ts';

/** What the live objects of one stack share. */
export interface StackCore {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly ids: IdSource;
  readonly counters: CounterSet;
  readonly transactions: TransactionTable;
  readonly dialogs: DialogTable;
  readonly hops: HopSource;
  readonly guard: SourceGuard;
  /** Value of Server and User-Agent; '' for none. */
  readonly product: string;
  /** Whether the stack still takes work. */
  readonly isOpen: boolean;
  /** Makes, but does not start, an INVITE within a dialog. */
  makeReinvite(
    order: RequestOrder,
    user: OutgoingInviteUser,
    dialog: LiveDialog,
  ): LiveOutgoingInvite;
  /**
   * Calls into the user's code. What it throws, or rejects with, becomes a notice and goes no
   * further; `onFault` then does what must be done all the same.
   */
  tell(call: () => unknown, onFault?: () => void): void;
}
