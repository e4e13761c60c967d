import type { Bus } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import {
  describeFlow,
  type Flow,
  HeaderDraft,
  RequestDraft,
  responseTo,
  type SipRequest,
  type SipStack,
} from '@tandem/sip-stack';
import { readFlow, writeDescription } from '../register/flow-code.ts';
import type { SipCounters } from '../sip-counters.ts';
import { SisterFlow } from './sister-flow.ts';
import { tagOwner } from './tag-owner.ts';

/** What passing requests on takes. */
export interface StrayParts {
  readonly bus: Bus;
  readonly stack: SipStack;
  readonly identity: NodeIdentity;
  readonly counters: SipCounters;
}

/** A request passed on to another node, as `sip.stray` carries it. */
export interface StrayRequest {
  readonly text: string;
  readonly flow: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly nodename: string;
  readonly boot: string;
}

/** Strays whose owner has not answered yet; beyond them a stray is answered 481 here. */
const WAITING_MAX = 256;
const OWNER_MS = 1_000;

/**
 * Requests of a dialog that arrive at another node than its own, as behind a load balancer that
 * forgot or an address that moved: passed to the owner, whose name stands in the To-tag, over the
 * bus; its answers come back and leave by the socket of the request. One hop, nothing kept.
 */
export class StrayRequests {
  readonly #parts: StrayParts;
  #waiting = 0;

  constructor(parts: StrayParts) {
    this.#parts = parts;
  }

  /** Takes a request whose To-tag is no tag of this node; false: it is nobody's. */
  pass(request: SipRequest, flow: Flow): boolean {
    const owner = tagOwner(request.toTag ?? '');
    const { identity, counters } = this.#parts;
    if (owner === undefined || owner === identity.node) return false;
    if (this.#waiting >= WAITING_MAX) {
      counters.count('strays', 'toomany');
      return false;
    }
    void this.#pass(request, flow, owner);
    return true;
  }

  /** A request that another node passed to this one; false where it cannot be answered from here. */
  receive(stray: StrayRequest): boolean {
    const { bus, stack } = this.#parts;
    const written = readFlow(stray.flow);
    const transport = written?.description.transport;
    const listener = stack.listeners.find((each) => each.transport === transport);
    const anyListener = listener ?? stack.listeners[0];
    if (transport === undefined || anyListener === undefined) return false;
    const flow = new SisterFlow({
      bus,
      via: { node: stray.nodename, boot: stray.boot },
      written: stray.flow,
      listener: anyListener,
      isReliable: transport !== 'udp',
      remoteAddress: stray.remoteAddress,
      remotePort: stray.remotePort,
    });
    stack.receive(stray.text, flow);
    return true;
  }

  /** An answer to what was passed on; sent if its connection is still there. */
  sendBack(text: string, written: string): void {
    const { identity, stack } = this.#parts;
    const way = readFlow(written);
    if (way === undefined || way.boot !== identity.boot || !text.startsWith('SIP/2.0 ')) return;
    const flow = stack.findFlow(way.description);
    if (flow?.isOpen) flow.send(text);
  }

  async #pass(request: SipRequest, flow: Flow, owner: string): Promise<void> {
    const { bus, identity, counters } = this.#parts;
    const stray = describe(request, flow, identity);
    this.#waiting++;
    try {
      const answer = await bus.ask('sip.stray', stray, { to: owner, timeoutMs: OWNER_MS });
      counters.count('strays', answer?.isTaken === true ? 'passed' : 'refused');
      if (answer?.isTaken !== true) refuse(request, flow);
    } catch {
      // No such node, or a dead one: its calls are over.
      counters.count('strays', 'unreachable');
      refuse(request, flow);
    } finally {
      this.#waiting--;
    }
  }
}

function describe(request: SipRequest, flow: Flow, { node, boot }: NodeIdentity): StrayRequest {
  const headers = new HeaderDraft();
  request.headers.forEach((key, name, value) => {
    if (key !== 'content-length') headers.add(name, value);
  });
  const text = new RequestDraft(request.method, request.uri, headers, request.body)
    .encode()
    .toString('latin1');
  const { via } = request;
  // Whoever asks for no rport is answered at the port of his Via, from the socket he sent to.
  const isAsked = flow.isReliable || via.rport !== undefined;
  const remotePort = isAsked ? flow.remotePort : (via.port ?? 5060);
  const written = writeDescription({ ...describeFlow(flow), remotePort }, boot);
  const { remoteAddress } = flow;
  return { text, flow: written, remoteAddress, remotePort, nodename: node, boot };
}

function refuse(request: SipRequest, flow: Flow): void {
  if (request.method === 'ACK') return;
  flow.send(responseTo(request, 481).encode().toString('latin1'));
}
