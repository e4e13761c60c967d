import {
  type Bus,
  type Destination,
  isFault,
  type Log,
  type Remote,
  type RemoteAnswer,
  type RemoteGathered,
  type RemoteMessage,
  type StopTimer,
  TandemError,
} from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import { decode, encode, type Envelope } from './envelope.ts';
import { Questions } from './questions.ts';
import { RequestSpans } from './request-spans.ts';
import { Subjects } from './subjects.ts';
import type { Delivery, Transport } from './transport.ts';

/** What the remote needs beside the transport. */
export interface MeshRemoteOptions {
  readonly bus: Bus;
  readonly transport: Transport;
  readonly subjects: Subjects;
  readonly identity: NodeIdentity;
  readonly log: Log;
  /** Names of the nodes whose answers a survey waits for. */
  readonly livingNodes: () => readonly string[];
  /** Hears that nobody listens under a node's name: it is dead, within milliseconds. */
  readonly onNobody: (destination: Destination) => void;
  /** Tells when a node died; until the stop is called. */
  readonly onDeath: (listener: (node: string) => void) => StopTimer;
}

/** How long the transport may take to say that nobody listens, ms. */
const PROBE_MS = 1_000;

/** Makes `ask(…, { to: node })` work: envelopes over a transport, and the receiver of others'. */
export class MeshRemote implements Remote {
  readonly #options: MeshRemoteOptions;
  readonly #questions: Questions;
  readonly #stops: StopTimer[];
  /** How long the others take to answer. */
  readonly spans = new RequestSpans();
  /** Envelopes that were none: shown as a meter. */
  malformed = 0;

  constructor(options: MeshRemoteOptions) {
    this.#options = options;
    this.#questions = new Questions(options.bus.wheel);
    const { transport, subjects } = options;
    this.#stops = [
      transport.subscribe(subjects.answers, (delivery) => this.#onAnswer(delivery)),
      transport.subscribe(subjects.all, (delivery) => this.#onMessage(delivery)),
      ...subjects.own.map((subject) =>
        transport.subscribe(subject, (delivery) => this.#onMessage(delivery)),
      ),
    ];
  }

  /** Questions that wait for other nodes now. */
  get openQuestions(): number {
    return this.#questions.open;
  }

  /** Stops listening. */
  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  ask(
    to: Destination,
    message: RemoteMessage,
    { timeoutMs }: { timeoutMs: number },
  ): Promise<RemoteAnswer> {
    return new Promise((resolve, reject) => {
      const where = { node: to.node, message: message.name };
      const { clock } = this.#options.bus;
      const askedMs = clock.monotonicMs();
      const measure = (): void => this.spans.observe(to.node, clock.monotonicMs() - askedMs);
      const id = this.#questions.begin(timeoutMs, {
        onAnswer: (_from, envelope) => {
          measure();
          if (envelope.kind === 'answer') resolve(envelope as RemoteAnswer);
          else reject(faultOf(envelope, where));
          return true;
        },
        onTimeout: () => {
          measure();
          reject(new TandemError('MESH_NODE_LATE', { ...where, timeoutMs }));
        },
        onNobody: () => {
          this.#options.onNobody(to);
          reject(new TandemError('MESH_NODE_UNREACHABLE', where));
        },
      });
      try {
        this.#send(to, 'ask', id, message);
      } catch (fault) {
        this.#questions.end(id);
        reject(fault);
      }
    });
  }

  tell(to: Destination, message: RemoteMessage): void {
    this.#send(to, 'tell', '', message);
  }

  gather(message: RemoteMessage, { timeoutMs }: { timeoutMs: number }): Promise<RemoteGathered> {
    const { transport, subjects, livingNodes } = this.#options;
    const waiting = new Set(livingNodes());
    const answers: { node: string; answer: unknown }[] = [];
    if (!transport.isConnected) {
      return Promise.resolve({ answers: [], unanswered: [...waiting] });
    }
    if (waiting.size === 0) return Promise.resolve({ answers: [], unanswered: [] });
    return new Promise((resolve) => {
      const silent: string[] = [];
      const done = (): void => {
        stop();
        resolve({ answers, unanswered: [...silent, ...waiting] });
      };
      // Who dies meanwhile is not waited for, and named all the same.
      const stop = this.#options.onDeath((node) => {
        if (!waiting.delete(node)) return;
        silent.push(node);
        if (waiting.size > 0) return;
        this.#questions.end(id);
        done();
      });
      const id = this.#questions.begin(timeoutMs, {
        onAnswer: (from, envelope) => {
          if (!waiting.delete(from)) return false;
          if (envelope.kind === 'answers') {
            for (const answer of envelope.answers) answers.push({ node: from, answer });
          } else waiting.add(from);
          if (waiting.size > 0) return false;
          done();
          return true;
        },
        onTimeout: done,
        onNobody: done,
      });
      const envelope = this.#envelope('gather', id, message);
      for (const data of encode(envelope)) transport.publish(subjects.toAll, data);
    });
  }

  /** Finds out whether anybody listens there; if not, `onNobody` hears of it. Never throws. */
  probe(to: Destination): void {
    const { transport, subjects, onNobody, log } = this.#options;
    try {
      const id = this.#questions.begin(PROBE_MS, {
        onAnswer: () => true,
        onTimeout: () => undefined,
        onNobody: () => onNobody(to),
      });
      const [data] = encode({ kind: 'probe' });
      transport.publish(subjects.to(to.node, to.boot), data!, subjects.echo(id));
    } catch (fault) {
      log.debug('a silent node could not be looked for', { node: to.node, fault: String(fault) });
    }
  }

  #send(to: Destination, kind: 'ask' | 'tell', id: string, message: RemoteMessage): void {
    const { transport, subjects } = this.#options;
    const parts = encode(this.#envelope(kind, id, message));
    if (parts.length > 1) throw new TandemError('MESH_BAD_ENVELOPE', { message: message.name });
    const reply = id === '' ? undefined : subjects.echo(id);
    transport.publish(subjects.to(to.node, to.boot), parts[0]!, reply);
  }

  #envelope(kind: 'ask' | 'tell' | 'gather', id: string, message: RemoteMessage): Envelope {
    const { name, params, extra, facts, depth } = message;
    return { kind, id, boot: this.#options.identity.boot, name, params, extra, facts, depth };
  }

  #onAnswer({ subject, data, isNoResponders }: Delivery): void {
    if (!this.#options.subjects.isOurs(subject)) return;
    const id = Subjects.questionOf(subject);
    if (isNoResponders) {
      this.#questions.nobody(id);
      return;
    }
    const envelope = decode(data);
    if (envelope === undefined) this.malformed++;
    else this.#questions.answer(id, Subjects.senderOf(subject), envelope);
  }

  #onMessage({ subject, data, isNoResponders }: Delivery): void {
    if (!this.#options.subjects.isOurs(subject)) return;
    const from = Subjects.senderOf(subject);
    if (isNoResponders || from === this.#options.identity.node) return;
    const envelope = decode(data);
    if (envelope?.kind === 'ask') void this.#answer(from, envelope);
    else if (envelope?.kind === 'gather') void this.#survey(from, envelope);
    else if (envelope?.kind === 'tell') void this.#options.bus.receiver.tell(from, envelope);
    else if (envelope?.kind !== 'probe') this.malformed++;
  }

  async #answer(from: string, question: Envelope & RemoteMessage & { id: string }): Promise<void> {
    try {
      const { answer, params, extra, steps } = await this.#options.bus.receiver.ask(from, question);
      const node = this.#options.identity.node;
      const told = steps.map((step) => ({ ...step, node: step.node ?? node }));
      this.#reply(from, question.id, { kind: 'answer', answer, params, extra, steps: told });
    } catch (fault) {
      this.#reply(from, question.id, {
        kind: 'fault',
        code: isFault(fault) ? fault.code : 'BUS_HANDLER_FAULT',
        text: textOf(fault),
      });
    }
  }

  async #survey(from: string, question: Envelope & RemoteMessage & { id: string }): Promise<void> {
    const answers = await this.#options.bus.receiver.gather(from, question);
    this.#reply(from, question.id, { kind: 'answers', answers });
  }

  #reply(to: string, id: string, envelope: Envelope): void {
    const { transport, subjects, log } = this.#options;
    try {
      for (const data of encode(envelope)) transport.publish(subjects.answer(to, id), data);
    } catch (fault) {
      // The asker's own timer tells him; nobody else waits for this.
      log.warn('an answer to another node could not be sent', { to, fault: String(fault) });
    }
  }
}

function faultOf(envelope: Envelope, where: { node: string; message: string }): TandemError {
  if (envelope.kind !== 'fault') return new TandemError('MESH_BAD_ENVELOPE', where);
  const { code, text } = envelope;
  return new TandemError('MESH_NODE_FAILED', { ...where, code: code, text });
}

/** The fault with the cause behind it: the other node's operator reads only this. */
function textOf(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  const { cause } = fault;
  return cause instanceof Error ? `${fault.message}: ${cause.message}` : fault.message;
}
