import type { MemoryMessage, MemoryNetwork } from '@tandem/sip-stack';

/** What a load balancer is told. */
export interface EdgeProxyOptions {
  readonly network: MemoryNetwork;
  /** `address:port` of its own. */
  readonly place: string;
  /** The node that a new request of a phone goes to. */
  readonly pick: (callId: string) => string;
}

/**
 * A load balancer in front of the nodes, as kamailio's dispatcher is one: stateless, notes where
 * a request came from, records its route, and leaves its Path with registrations (RFC 3261 §16,
 * RFC 3327). Works on text, so that it shares no mistake with the stack.
 */
export class EdgeProxy {
  readonly #options: EdgeProxyOptions;

  constructor(options: EdgeProxyOptions) {
    this.#options = options;
    options.network.attach(options.place, (message) => this.#receive(message));
  }

  #receive(message: MemoryMessage): void {
    const lines = message.text.split('\r\n');
    if (message.text.startsWith('SIP/2.0')) this.#passBack(lines);
    else if (message.text.trim() !== '') this.#passOn(lines, message.from);
  }

  #passBack(lines: string[]): void {
    const own = lines.findIndex((line) => /^Via:/i.test(line));
    lines.splice(own, 1);
    const next = lines.find((line) => /^Via:/i.test(line)) ?? '';
    const [, host = '', port = '5060'] = /UDP ([^:;]+):?(\d*)/.exec(next) ?? [];
    const received = /;received=([^;\s]+)/.exec(next)?.[1] ?? host;
    const rport = /;rport=(\d+)/.exec(next)?.[1] ?? port;
    this.#send(lines, `${received}:${rport}`);
  }

  #passOn(lines: string[], from: string): void {
    const { place, pick } = this.#options;
    const method = lines[0]?.split(' ')[0] ?? '';
    const [address = '', port = ''] = from.split(':');
    const at = lines.findIndex((line) => /^Via:/i.test(line));
    const via = lines[at] ?? '';
    const branch = /;branch=([^;\s]+)/.exec(via)?.[1] ?? '';
    lines[at] = `${via.replace(/;rport(?=;|$)/, `;rport=${port}`)};received=${address}`;
    lines.splice(at, 0, `Via: SIP/2.0/UDP ${place};branch=${branch}.edge`);
    const hops = lines.findIndex((line) => /^Max-Forwards:/i.test(line));
    lines[hops] = `Max-Forwards: ${Number(lines[hops]?.split(':')[1]) - 1}`;
    const route = lines.findIndex((line) => /^Route:/i.test(line));
    const isOurs = route >= 0 && (lines[route] ?? '').includes(place);
    if (isOurs) lines.splice(route, 1);
    if (method === 'INVITE') lines.splice(at + 1, 0, `Record-Route: <sip:${place};lr>`);
    if (method === 'REGISTER') lines.splice(at + 1, 0, `Path: <sip:${place};lr>`);
    const target = /sips?:(?:[^@\s]*@)?([\d.]+):?(\d*)/.exec(lines[0] ?? '');
    const callId = /^Call-ID: *(.*)$/im.exec(lines.join('\n'))?.[1] ?? '';
    const isNew = target?.[1] === place.split(':')[0];
    this.#send(lines, isNew ? pick(callId) : `${target?.[1]}:${target?.[2] || '5060'}`);
  }

  #send(lines: readonly string[], to: string): void {
    this.#options.network.send({ text: lines.join('\r\n'), from: this.#options.place, to });
  }
}
