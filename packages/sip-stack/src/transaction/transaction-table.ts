import type { TimerWheel } from '@tandem/engine';

import { InviteClientTransaction, type InviteClientTable } from './invite-client-transaction.ts';
import { InviteServerTransaction, type InviteServerTable } from './invite-server-transaction.ts';
import { RequestClientTransaction, type RequestClientTable } from './request-client-transaction.ts';
import { RequestServerTransaction, type RequestServerTable } from './request-server-transaction.ts';
import type { TimerValues } from './timer-values.ts';

/** What a table is set up with. */
export interface TransactionTableOptions {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly transactionsMax: number;
  readonly unansweredMax: number;
  readonly proceedingMaxMs: number;
  readonly onRepeatSent: () => void;
}

/** All transactions of a stack, one map for each machine, found by one concatenated key. */
export class TransactionTable
  implements InviteServerTable, RequestServerTable, InviteClientTable, RequestClientTable
{
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly proceedingMaxMs: number;
  readonly #transactionsMax: number;
  readonly #unansweredMax: number;
  #unanswered = 0;
  readonly #onRepeatSent: () => void;
  readonly #inviteServers = new Map<string, InviteServerTransaction>();
  readonly #requestServers = new Map<string, RequestServerTransaction>();
  readonly #inviteClients = new Map<string, InviteClientTransaction>();
  readonly #requestClients = new Map<string, RequestClientTransaction>();
  readonly #merged = new Map<string, InviteServerTransaction | RequestServerTransaction>();

  constructor(options: TransactionTableOptions) {
    this.wheel = options.wheel;
    this.timers = options.timers;
    this.proceedingMaxMs = options.proceedingMaxMs;
    this.#transactionsMax = options.transactionsMax;
    this.#unansweredMax = options.unansweredMax;
    this.#onRepeatSent = options.onRepeatSent;
  }

  get inviteServers(): number {
    return this.#inviteServers.size;
  }

  get requestServers(): number {
    return this.#requestServers.size;
  }

  get inviteClients(): number {
    return this.#inviteClients.size;
  }

  get requestClients(): number {
    return this.#requestClients.size;
  }

  /** Requests of peers that wait for our final answer. */
  get unanswered(): number {
    return this.#unanswered;
  }

  /** Whether too many requests of peers wait for an answer. */
  get isSwamped(): boolean {
    return this.#unanswered >= this.#unansweredMax;
  }

  /** Whether the bound is reached and nothing new may begin. */
  get isFull(): boolean {
    const live =
      this.#inviteServers.size +
      this.#requestServers.size +
      this.#inviteClients.size +
      this.#requestClients.size;
    return live >= this.#transactionsMax;
  }

  findInviteServer(key: string): InviteServerTransaction | undefined {
    return this.#inviteServers.get(key);
  }

  findRequestServer(key: string): RequestServerTransaction | undefined {
    return this.#requestServers.get(key);
  }

  findInviteClient(branch: string): InviteClientTransaction | undefined {
    return this.#inviteClients.get(branch);
  }

  findRequestClient(branch: string, method: string): RequestClientTransaction | undefined {
    const found = this.#requestClients.get(branch);
    return found?.method === method ? found : undefined;
  }

  /** A transaction that serves a copy of that request, or another INVITE of the same call. */
  findRival(mergeKey: string): InviteServerTransaction | RequestServerTransaction | undefined {
    return this.#merged.get(mergeKey);
  }

  addInviteServer(transaction: InviteServerTransaction): void {
    this.#unanswered++;
    this.#inviteServers.set(transaction.key, transaction);
    if (transaction.mergeKey !== '') this.#merged.set(transaction.mergeKey, transaction);
  }

  addRequestServer(transaction: RequestServerTransaction): void {
    this.#unanswered++;
    this.#requestServers.set(transaction.key, transaction);
    if (transaction.mergeKey !== '') this.#merged.set(transaction.mergeKey, transaction);
  }

  addInviteClient(transaction: InviteClientTransaction): void {
    this.#inviteClients.set(transaction.branch, transaction);
  }

  addRequestClient(transaction: RequestClientTransaction): void {
    this.#requestClients.set(transaction.branch, transaction);
  }

  forgetInviteServer(transaction: InviteServerTransaction): void {
    this.#inviteServers.delete(transaction.key);
    this.#unmerge(transaction);
  }

  forgetRequestServer(transaction: RequestServerTransaction): void {
    this.#requestServers.delete(transaction.key);
    this.#unmerge(transaction);
  }

  forgetInviteClient(transaction: InviteClientTransaction): void {
    this.#inviteClients.delete(transaction.branch);
  }

  forgetRequestClient(transaction: RequestClientTransaction): void {
    this.#requestClients.delete(transaction.branch);
  }

  countAnswered(): void {
    this.#unanswered--;
  }

  countRepeatSent(): void {
    this.#onRepeatSent();
  }

  /** Ends every transaction at once; those who wait for an answer hear `failure`. */
  close(failure: Error): void {
    for (const client of this.#inviteClients.values()) client.onSendFailed(failure);
    for (const client of this.#requestClients.values()) client.onSendFailed(failure);
    for (const client of this.#inviteClients.values()) client.end();
    for (const client of this.#requestClients.values()) client.end();
    for (const server of this.#inviteServers.values()) server.end();
    for (const server of this.#requestServers.values()) server.end();
  }

  #unmerge(transaction: InviteServerTransaction | RequestServerTransaction): void {
    if (this.#merged.get(transaction.mergeKey) === transaction) {
      this.#merged.delete(transaction.mergeKey);
    }
  }
}
