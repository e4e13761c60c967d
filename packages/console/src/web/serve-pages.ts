import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PageFile } from './page-files.ts';
import { cacheControlOf, pageHeaders } from './page-headers.ts';
import { unbuiltPage } from './unbuilt-page.ts';

/** Whether a path is one of the pages: they hold no data, and whoever signs in needs them first. */
export function isPageAddress(address: string): boolean {
  return address === '/' || address.startsWith('/assets/');
}

/**
 * Serves the console's pages: `/` and files with a hash in their name.
 * @param files what there is now; a reload may have brought others
 * @param onMissing answers for a file that there is not
 */
export function servePages(
  fastify: FastifyInstance,
  files: () => ReadonlyMap<string, PageFile>,
  onMissing: (address: string, reply: FastifyReply) => void,
): void {
  const unbuilt = { bytes: Buffer.from(unbuiltPage), type: 'text/html; charset=utf-8' };
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/',
    handler: (_, reply) => sendPage(reply, '/', files().get('/') ?? unbuilt),
  });
  fastify.route({
    method: ['GET', 'HEAD'],
    url: '/assets/*',
    handler: (request, reply) => {
      const address = request.url.split('?', 1)[0]!;
      const file = files().get(address);
      if (file === undefined) onMissing(address, reply);
      else sendPage(reply, address, file);
    },
  });
}

function sendPage(reply: FastifyReply, address: string, { bytes, type }: PageFile): void {
  void reply
    .headers({ ...pageHeaders, 'cache-control': cacheControlOf(address) })
    .type(type)
    .send(bytes);
}
