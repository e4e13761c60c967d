import { TimerWheel } from '@tandem/engine';

import { DialogTable } from '../dialog/dialog-table.ts';
import type { LiveDialog } from '../dialog/live-dialog.ts';
import { LiveOutgoingInvite } from '../dialog/live-outgoing-invite.ts';
import { defaultProtection } from '../guard/protection-options.ts';
import { SourceGuard } from '../guard/source-guard.ts';
import { TransactionTable } from '../transaction/transaction-table.ts';
import { defaultTimerValues, type TimerValues } from '../transaction/timer-values.ts';
import type { TransportSet } from '../transport/transport-set.ts';
import { CounterSet } from './counter-set.ts';
import { IdSource } from './id-source.ts';
import { LiveHops } from './live-hops.ts';
import type { OutgoingInviteUser } from './outgoing-request.ts';
import type { RequestOrder } from './request-order.ts';
import type { StackCore } from './stack-core.ts';
import type { StackLimits } from './stack-limits.ts';
import { StackNotices } from './stack-notices.ts';
import type { SipStackOptions } from './stack-options.ts';

/** What the live objects of one stack share, made once; see {@link StackCore}. */
export class LiveCore implements StackCore {
  isOpen = true;
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly ids: IdSource;
  readonly counters = new CounterSet();
  readonly transactions: TransactionTable;
  readonly dialogs = new DialogTable();
  readonly guard: SourceGuard;
  readonly hops: LiveHops;
  readonly notices: StackNotices;
  readonly product: string;

  /** `transports`: the listeners, which are made later than this. */
  constructor(options: SipStackOptions, limits: StackLimits, transports: () => TransportSet) {
    const { clock } = options;
    this.notices = new StackNotices(clock, options.onNotice);
    this.wheel =
      options.wheel ??
      new TimerWheel(clock, (cause) => this.notices.give('user-fault', 'a timer failed', cause));
    this.timers = options.timers ?? defaultTimerValues;
    this.ids = new IdSource(options.tagPrefix ?? '', options.bootId, options.randomBelow);
    this.product = options.product ?? '';
    this.transactions = new TransactionTable({
      wheel: this.wheel,
      timers: this.timers,
      transactionsMax: limits.transactionsMax,
      unansweredMax: limits.unansweredMax,
      proceedingMaxMs: limits.proceedingMaxMs,
      onRepeatSent: () => void this.counters.repeatsSent++,
    });
    this.guard = new SourceGuard({
      clock,
      options: { ...defaultProtection, ...options.protection },
      onBan: (isMeant, address) => {
        transports().closeFrom(isMeant);
        this.notices.tellBound('messages', `${address} and perhaps others are banned`);
      },
    });
    this.hops = new LiveHops({ options, limits, wheel: this.wheel, ids: this.ids, transports });
  }

  makeReinvite(
    order: RequestOrder,
    user: OutgoingInviteUser,
    dialog: LiveDialog,
  ): LiveOutgoingInvite {
    return new LiveOutgoingInvite(this, order, user, dialog);
  }

  tell(call: () => unknown, onFault?: () => void): void {
    this.notices.guardCall(call, onFault);
  }

  /** Ends all that is under way; those who wait hear so. */
  close(): void {
    this.isOpen = false;
    this.hops.close();
    this.transactions.close(new Error('stack closed'));
    this.dialogs.close();
  }
}
