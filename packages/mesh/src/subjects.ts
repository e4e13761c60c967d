/*
 * Who may say what is in the subject, so that the NATS server's permissions prove the sender:
 *
 *   tandem.<cluster>.to.<node>._.<sender>         to a node, whatever its boot
 *   tandem.<cluster>.to.<node>.<boot>.<sender>    to one boot of it
 *   tandem.<cluster>.all.<sender>                 to everyone
 *   tandem.<cluster>.beat.<sender>                beats
 *   tandem.<cluster>.reply.<asker>.<sender>.<n>   answers
 *
 * A node may publish only what ends in (or, for answers, names) itself as the sender.
 */

/** Stands for "whatever its boot" in a subject. */
const ANY_BOOT = '_';

/** Makes a name a single subject part: dots, wildcards and spaces are written as `=hex`. */
export function escapePart(name: string): string {
  return name.replace(
    /[^A-Za-z0-9_-]/gu,
    (character) => `=${character.codePointAt(0)!.toString(16)}=`,
  );
}

/** Reads a part made by {@link escapePart}. */
export function unescapePart(part: string): string {
  return part.replace(/=([0-9a-f]+)=/g, (_, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** The subjects of one node in one cluster. */
export class Subjects {
  readonly #root: string;
  readonly #self: string;
  readonly #boot: string;

  constructor(cluster: string, node: string, boot: string) {
    this.#root = `tandem.${escapePart(cluster)}`;
    this.#self = escapePart(node);
    this.#boot = escapePart(boot);
  }

  /** To a node, or to one boot of it. */
  to(node: string, boot?: string): string {
    const bootPart = boot === undefined ? ANY_BOOT : escapePart(boot);
    return `${this.#root}.to.${escapePart(node)}.${bootPart}.${this.#self}`;
  }

  /** What this node listens to as itself. */
  get own(): readonly string[] {
    const own = `${this.#root}.to.${this.#self}`;
    return [`${own}.${ANY_BOOT}.*`, `${own}.${this.#boot}.*`];
  }

  /** To everyone. */
  get toAll(): string {
    return `${this.#root}.all.${this.#self}`;
  }

  /** What everyone listens to. */
  get all(): string {
    return `${this.#root}.all.*`;
  }

  /** This node's beats. */
  get beat(): string {
    return `${this.#root}.beat.${this.#self}`;
  }

  /** Everyone's beats. */
  get beats(): string {
    return `${this.#root}.beat.*`;
  }

  /** Where this node answers question `id` of `asker`. */
  answer(asker: string, id: string): string {
    return `${this.#root}.reply.${escapePart(asker)}.${this.#self}.${id}`;
  }

  /** Where the transport's own word about question `id` comes back to this node. */
  echo(id: string): string {
    return `${this.#root}.reply.${this.#self}.${this.#self}.${id}`;
  }

  /** Answers to this node. */
  get answers(): string {
    return `${this.#root}.reply.${this.#self}.>`;
  }

  /** Whether a subject is one of this cluster's: others can be made to arrive here by a bucket. */
  isOurs(subject: string): boolean {
    return subject.startsWith(`${this.#root}.`);
  }

  /** The sender's name, as the server let it be published. */
  static senderOf(subject: string): string {
    const parts = subject.split('.');
    const part = parts[2] === 'reply' ? parts[4] : parts.at(-1);
    return unescapePart(part ?? '');
  }

  /** The question's id in the subject of an answer. */
  static questionOf(subject: string): string {
    return subject.slice(subject.lastIndexOf('.') + 1);
  }
}
