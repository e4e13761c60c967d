/** What a tenant or a trunk stands at, in the model. */
export interface ModelParty {
  balance: number;
  held: number;
  active: number;
  readonly maxCalls: number;
}

/** Two of each. */
type Party = 0 | 1;

interface ModelHold {
  readonly party: Party;
  readonly side: 'sale' | 'purchase';
  amount: number;
  isVoid: boolean;
}

interface ModelCharge {
  readonly party: Party;
  readonly side: 'sale' | 'purchase';
  readonly by: 'owner' | 'orphan';
  readonly amount: number;
  /** What it costs now. */
  price: number;
}

/** One event of a random history; charges and parties are small numbers, money is whole cents. */
export type Step =
  | {
      readonly kind: 'admit';
      readonly charge: number;
      readonly wanted: number;
      readonly least: number;
    }
  | { readonly kind: 'extend'; readonly charge: number; readonly target: number }
  | { readonly kind: 'release'; readonly charge: number }
  | {
      readonly kind: 'close';
      readonly charge: number;
      readonly amount: number;
      readonly by: 'owner' | 'orphan';
    }
  | {
      readonly kind: 'recharge';
      readonly party: Party;
      readonly amount: number;
      readonly reference: number;
    }
  | {
      readonly kind: 'rerate';
      readonly charge: number;
      readonly target: number;
      readonly reference: number;
    };

/** Whose a charge is, and which way its money goes: fixed, as frozen terms are. */
export function ownerOf(charge: number): { side: 'sale' | 'purchase'; party: Party } {
  return { side: charge % 3 === 2 ? 'purchase' : 'sale', party: charge % 2 === 0 ? 0 : 1 };
}

/**
 * The ledger as it is meant to be, in a page: no locks, no batches, no database. Each step says
 * what the database has to answer.
 */
export class LedgerModel {
  readonly tenants: readonly [ModelParty, ModelParty];
  readonly trunks: readonly [ModelParty, ModelParty];
  readonly holds = new Map<number, ModelHold>();
  readonly charges = new Map<number, ModelCharge>();
  readonly #late = new Set<string>();
  readonly #references = new Set<string>();
  readonly #payments = new Map<string, number>();

  constructor(balance: number, tenantCallsMax: number, trunkCallsMax: number) {
    const party = (from: number, maxCalls: number): ModelParty => ({
      balance: from,
      held: 0,
      active: 0,
      maxCalls,
    });
    this.tenants = [party(balance, tenantCallsMax), party(balance, tenantCallsMax)];
    this.trunks = [party(0, trunkCallsMax), party(0, trunkCallsMax)];
  }

  /** Takes a step; the answer that the database must give. */
  take(step: Step): string {
    if (step.kind === 'admit') return this.#admit(step.charge, step.wanted, step.least);
    if (step.kind === 'extend') return this.#extend(step.charge, step.target);
    if (step.kind === 'release') return this.#release(step.charge);
    if (step.kind === 'close') return this.#close(step);
    return step.kind === 'recharge' ? this.#recharge(step) : this.#rerate(step);
  }

  #partyOf(charge: number): ModelParty {
    const { side, party } = ownerOf(charge);
    return (side === 'sale' ? this.tenants : this.trunks)[party];
  }

  #admit(charge: number, wanted: number, least: number): string {
    const { side, party } = ownerOf(charge);
    const hold = this.holds.get(charge);
    if (this.charges.has(charge) || hold?.isVoid === true) return 'gone 0';
    if (hold !== undefined) return `held ${hold.amount}`;
    const payer = this.#partyOf(charge);
    const available = payer.balance - payer.held;
    if (side === 'sale' && available < least) return 'nocredit 0';
    if (payer.active >= payer.maxCalls) {
      return `${side === 'sale' ? 'tenantcalls' : 'trunkcalls'} 0`;
    }
    const amount = side === 'sale' ? Math.min(wanted, available) : 0;
    this.holds.set(charge, { party, side, amount, isVoid: false });
    payer.held += amount;
    payer.active++;
    return `held ${amount}`;
  }

  #extend(charge: number, target: number): string {
    const hold = this.holds.get(charge);
    if (hold === undefined || hold.isVoid) return 'gone 0';
    if (target <= hold.amount) return `held ${hold.amount}`;
    const payer = this.#partyOf(charge);
    const available = payer.balance - payer.held;
    if (available <= 0) return `nocredit ${hold.amount}`;
    const more = Math.min(target - hold.amount, available);
    hold.amount += more;
    payer.held += more;
    return `held ${hold.amount}`;
  }

  #release(charge: number): string {
    const wasHeld = this.#free(charge);
    this.holds.set(charge, { ...ownerOf(charge), amount: 0, isVoid: true });
    return `${wasHeld ? 1 : 0}`;
  }

  /** Takes a hold out of the sums. */
  #free(charge: number): boolean {
    const hold = this.holds.get(charge);
    this.holds.delete(charge);
    if (hold === undefined || hold.isVoid) return false;
    const payer = this.#partyOf(charge);
    payer.held -= hold.amount;
    payer.active--;
    return true;
  }

  #close({ charge, amount, by }: Extract<Step, { kind: 'close' }>): string {
    this.#free(charge);
    const payer = this.#partyOf(charge);
    const first = this.charges.get(charge);
    if (first === undefined) {
      this.charges.set(charge, { ...ownerOf(charge), by, amount, price: amount });
      payer.balance -= amount;
      return 'charged';
    }
    const key = `${charge} ${by}`;
    if (first.by === by || this.#late.has(key)) return 'known';
    this.#late.add(key);
    const difference = by === 'owner' ? amount - first.amount : 0;
    first.price += difference;
    payer.balance -= difference;
    return 'late';
  }

  #recharge({ party, amount, reference }: Extract<Step, { kind: 'recharge' }>): string {
    const key = `pay ${party} ${reference}`;
    const before = this.#payments.get(key);
    if (before !== undefined) return before === amount ? 'again' : 'reference of another amount';
    this.#payments.set(key, amount);
    this.tenants[party].balance += amount;
    return 'paid';
  }

  #rerate({ charge, target, reference }: Extract<Step, { kind: 'rerate' }>): string {
    const known = this.charges.get(charge);
    if (known === undefined) return '0';
    const key = `rerate ${charge} ${reference}`;
    const difference = target - known.price;
    if (difference === 0 || this.#references.has(key)) return '0';
    this.#references.add(key);
    known.price += difference;
    this.#partyOf(charge).balance -= difference;
    return `${difference}`;
  }
}
