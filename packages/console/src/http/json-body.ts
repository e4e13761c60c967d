import type { FastifyInstance } from 'fastify';

/** Takes JSON bodies and nothing else; an empty one is none, whatever its type says. */
export function acceptJson(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => {
    const text = String(body).trim();
    try {
      done(null, text === '' ? undefined : JSON.parse(text));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      done(Object.assign(new Error(`the body is not JSON: ${reason}`), { statusCode: 400 }));
    }
  });
}
