import { z } from '@tandem/engine';
import { isLoopback, parseListenAddress } from './listen-address.ts';

/** Where the console listens when nobody says so; if the port is taken, at the next free one. */
export const LISTEN_DEFAULT = '127.0.0.1:8080';

const secret = z.string().min(1).optional();

/** `[console]` of clustering.conf. */
export const consoleConfig = z
  .object({
    listen: z
      .string()
      .optional()
      .superRefine((text, context) => {
        if (text === undefined || parseListenAddress(text) !== undefined) return;
        const message = `expected address:port, got ${JSON.stringify(text)}`;
        context.addIssue({ code: 'custom', message });
      })
      .describe(
        `text: address and port of the HTTP API and the console; default ${LISTEN_DEFAULT}, or the next free port if that is taken; a port given here is taken or nothing is`,
      ),
    token: secret.describe(
      'text: token of administrators; needed when others than this machine can reach the address',
    ),
    billingToken: secret.describe('text: token for reading all and for money'),
    readToken: secret.describe('text: token for reading'),
  })
  .superRefine(({ token, billingToken, readToken }, context) => {
    const said = Object.entries({ token, billingToken, readToken }).filter(([, text]) => text);
    for (const [index, [key, text]] of said.entries()) {
      const twin = said.slice(0, index).find(([, other]) => other === text);
      if (twin === undefined) continue;
      const message = `expected another token than that of ${twin[0]}: who holds it has one role`;
      context.addIssue({ code: 'custom', path: [key], message });
    }
  })
  .superRefine(({ listen, token, billingToken, readToken }, context) => {
    const address = parseListenAddress(listen ?? LISTEN_DEFAULT);
    const hasToken = (token ?? billingToken ?? readToken) !== undefined;
    if (address === undefined || hasToken || isLoopback(address.host)) return;
    context.addIssue({
      code: 'custom',
      path: ['listen'],
      message: `expected a loopback address, or a token beside it, got ${JSON.stringify(listen)}`,
    });
  });

/** The settings of `[console]`, read. */
export type ConsoleConfig = z.output<typeof consoleConfig>;
