import type { Clock } from './clock.ts';
import {
  answerOf,
  type Conclude,
  type DispatchMode,
  faultsOf,
  type GatheredHere,
  gatheredOf,
} from './dispatch.ts';
import type { FactCrossing } from './fact-crossing.ts';
import { TandemError } from './fault.ts';
import type { MaybePromise, MessageName, ParamsOf } from './message-map.ts';
import type { Message } from './message.ts';
import { fromRemote, stepsOf, toRemote } from './remote-messages.ts';
import type { Destination, Remote, RemoteGathered, RemoteReceiver } from './remote.ts';
import { note } from './trail.ts';

/** How long another node may take to answer, unless the sender says otherwise. */
const TIMEOUT_DEFAULT_MS = 2_000;

/** What the port needs of its bus. */
export interface RemotePortHost {
  readonly node: string;
  readonly clock: Clock;
  /** Walks a message that came from another node over the handlers of this one. */
  dispatch<R>(mode: DispatchMode, message: Message, conclude: Conclude<R>): MaybePromise<R>;
}

/** What the other nodes said in a survey, and what kept them from it. */
export type GatheredThere = RemoteGathered & { readonly faults?: readonly unknown[] };

/** The bus's side of the mesh: what goes to other nodes and what comes from them. */
export class RemotePort {
  readonly #host: RemotePortHost;
  readonly #crossing: FactCrossing;
  #remote: Remote | undefined;

  constructor(host: RemotePortHost, crossing: FactCrossing) {
    this.#host = host;
    this.#crossing = crossing;
  }

  /** Connects to the other nodes, or with undefined cuts off. */
  connect(remote: Remote | undefined): void {
    this.#remote = remote;
  }

  /** Whether that destination is this node, whatever its boot. */
  isHere(to: string | Destination): boolean {
    const { node } = this.#host;
    return typeof to === 'string' ? to === node : to.node === node && to.boot === undefined;
  }

  /** Asks one node; params and trail come back with the answer. @throws what the mesh throws */
  async ask(
    message: Message,
    to: string | Destination,
    timeoutMs = TIMEOUT_DEFAULT_MS,
  ): Promise<unknown> {
    const destination = destinationOf(to);
    const { cancellation, trail } = message;
    const startedMs = this.#host.clock.monotonicMs();
    const elapsedMs = (): number => this.#host.clock.monotonicMs() - startedMs;
    const step = trail?.begin(message.name, [`@${destination.node}:0`], message.time);
    try {
      const sent = toRemote(message, this.#crossing);
      const came = await this.#connected().ask(destination, sent, { timeoutMs, cancellation });
      if (step) note(step, 0, 'waited', undefined, elapsedMs());
      trail?.adopt(came.steps);
      message.adopt(came.params as ParamsOf<MessageName>, came.extra ?? message.extra);
      return came.answer;
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : String(fault);
      if (step) note(step, 0, 'threw', text, elapsedMs());
      throw fault;
    }
  }

  /** Tells one node. @throws TandemError BUS_NO_MESH, or what the mesh throws when cut off */
  tell(message: Message, to: string | Destination): MaybePromise<readonly unknown[]> {
    const sent = this.#connected().tell(destinationOf(to), toRemote(message, this.#crossing));
    return sent instanceof Promise ? sent.then(() => []) : [];
  }

  /** Surveys all other nodes. Never rejects; a node that stands alone gathers nothing there. */
  async gather(message: Message, timeoutMs = TIMEOUT_DEFAULT_MS): Promise<GatheredThere> {
    if (!this.#remote) return NOBODY;
    try {
      return await this.#remote.gather(toRemote(message, this.#crossing), { timeoutMs });
    } catch (fault) {
      return { ...NOBODY, faults: [fault] };
    }
  }

  /** What the mesh calls with what other nodes send. */
  readonly receiver: RemoteReceiver = {
    ask: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.#host.clock);
      const answer = await this.#host.dispatch('ask', message, answerOf);
      const params = message.params as Readonly<Record<string, unknown>>;
      const steps = stepsOf(message, this.#host.node);
      return { answer, params, extra: message.extra, steps };
    },
    tell: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.#host.clock);
      await this.#host.dispatch('tell', message, faultsOf);
    },
    gather: async (from, remote) => {
      const message = fromRemote(from, remote, this.#crossing, this.#host.clock);
      const gathered: GatheredHere = await this.#host.dispatch('gather', message, gatheredOf);
      return gathered.answers;
    },
  };

  #connected(): Remote {
    if (!this.#remote) throw new TandemError('BUS_NO_MESH', { node: this.#host.node });
    return this.#remote;
  }
}

const NOBODY: GatheredThere = Object.freeze({ answers: [], unanswered: [] });

function destinationOf(to: string | Destination): Destination {
  return typeof to === 'string' ? { node: to } : to;
}
