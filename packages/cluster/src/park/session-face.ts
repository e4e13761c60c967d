import { type Body, isSdp } from '@tandem/messages';
import { heldAnswer, heldOffer } from './held-media.ts';
import { countMedia, fitMedia } from './media-sections.ts';

/**
 * The one session that a caller sees, whoever is behind it by and by: its o-line stays, but for
 * a version that rises with each change, and it never loses a stream (RFC 3264 §8).
 */
export class SessionFace {
  readonly #id: string;
  #version = 0;
  #shown = '';
  /** Streams of the caller's last description, and the most there ever were. */
  #heardMedia = 0;
  #mediaMax = 0;

  /** @param id names the session, decimal digits (RFC 4566 §5.2) */
  constructor(id: string) {
    this.#id = id;
  }

  /** The caller has described his side. */
  heard(body: Body | undefined): void {
    if (!isSdp(body)) return;
    this.#heardMedia = countMedia(body.content);
    this.#mediaMax = Math.max(this.#mediaMax, this.#heardMedia);
  }

  /** Another party's description as an offer to the caller. */
  offer(body: Body | undefined): Body | undefined {
    if (!isSdp(body)) return body;
    const count = Math.max(this.#mediaMax, countMedia(body.content));
    return this.#show(body, fitMedia(body.content, count));
  }

  /** Another party's description as the answer to the caller's last offer. */
  answer(body: Body | undefined): Body | undefined {
    return isSdp(body) ? this.#show(body, fitMedia(body.content, this.#heardMedia)) : body;
  }

  /** The answer that lets nothing flow. */
  hold(offer: Body): Body {
    return this.#show(offer, heldAnswer(offer.content));
  }

  /** The offer of a session in which nothing flows. */
  offerHeld(): Body {
    return this.offer({ type: 'application/sdp', content: heldOffer() })!;
  }

  #show(body: Body, content: string): Body {
    const [origin, rest] = [/^o=.*\r?\n/m, content.replace(/^o=.*\r?\n/m, '')];
    if (rest !== this.#shown) this.#version++;
    this.#shown = rest;
    this.#mediaMax = Math.max(this.#mediaMax, countMedia(content));
    const line = `o=- ${this.#id} ${this.#version} IN IP4 0.0.0.0\r\n`;
    const own = origin.test(content)
      ? content.replace(origin, line)
      : content.replace(/^(v=.*\r?\n)/, `$1${line}`);
    return { ...body, content: own };
  }
}
