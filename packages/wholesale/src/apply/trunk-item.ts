import { z } from '@tandem/engine';
import { parseNumberForm } from '@tandem/messages';
import { readRange } from '../setup/address-range.ts';
import { readTrunkAddress } from './trunk-address.ts';
import { callsItem, callsPerSecondItem, nameItem, prefixItem, statusItem } from './item-values.ts';

const source = z
  .string('expected an address or range')
  .refine((text) => readRange(text) !== undefined, {
    error: ({ input }) =>
      `expected an address or a range such as 10.1.0.0/16 without bits behind its length, got ${JSON.stringify(input)}`,
  });

const address = z.string().refine((text) => readTrunkAddress(text) === undefined, {
  error: ({ input }) => readTrunkAddress(String(input)) ?? '',
});

const breaker = z.strictObject({
  failures: z.int().min(0).max(10_000).default(5),
  openSeconds: z.int().min(1).max(86_400).default(30),
  probes: z.int().min(1).max(1_000).default(1),
  codes: z.array(statusItem).max(100).default([503, 408, 504]),
});

const domain = z
  .string()
  .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\[[0-9a-fA-F:.]+\])$/, {
    error: ({ input }) => `expected a host name or an address, got ${JSON.stringify(input)}`,
  });

const text = z.string().max(256).nullable().default(null);

const numberForm = text.refine((form) => form === null || parseNumberForm(form) !== undefined, {
  error: ({ input }) =>
    `expected "as is", "+E164", "E164", "tel:" or a form such as "national:49:0", got ${JSON.stringify(input)}`,
});

/** One trunk of the list `trunks`. A password that is not given stays as it is. */
export const trunkItem = z
  .strictObject({
    name: nameItem,
    direction: z.enum(['inbound', 'outbound', 'bidirectional'], 'expected inbound or outbound'),
    sources: z.array(source).max(10_000).default([]),
    calledPrefix: prefixItem.default(''),
    callerPrefix: prefixItem.default(''),
    maxCalls: callsItem,
    maxCallsPerSecond: callsPerSecondItem,
    address: address.nullable().default(null),
    deck: nameItem.nullable().default(null),
    techPrefix: prefixItem.default(''),
    breaker: z
      .union([breaker, z.null().transform(() => breaker.parse({ failures: 0 }))])
      .default(breaker.parse({})),
    username: text,
    password: z.string().min(1).max(256).optional(),
    register: z.boolean().default(false),
    redirect: z.enum(['fail', 'route']).default('fail'),
    noReplyMs: z.int().min(100).max(600_000).nullable().default(null),
    outboundProxy: address.nullable().default(null),
    numberIn: numberForm,
    numberOut: numberForm,
    trusted: z.boolean().default(false),
    listener: text,
    allowedHeaders: z
      .array(z.string().regex(/^[\w-]+$/))
      .max(100)
      .default([]),
    probeSeconds: z.int().min(5).max(3_600).nullable().default(null),
    identity: z.enum(['pai', 'rpid']).default('pai'),
    fromDomain: domain.nullable().default(null),
    isActive: z.boolean().default(true),
  })
  .superRefine((trunk, context) => {
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (trunk.direction !== 'inbound' && trunk.address === null) {
      refuse('address', 'a trunk that calls go out by needs an address');
    }
    if (trunk.register && trunk.address === null) {
      refuse('address', 'a trunk that registers needs the address of its registrar');
    }
    if (trunk.register && trunk.username === null) {
      refuse('username', 'a trunk that registers needs the name that it registers');
    }
    if (trunk.direction === 'inbound' && trunk.deck !== null) {
      refuse('deck', 'an inbound trunk costs nothing: the deck belongs to its tenant');
    }
    if (trunk.direction === 'inbound' && trunk.sources.length === 0 && trunk.username === null) {
      refuse('sources', 'a trunk that calls come in by needs sources or a username');
    }
  });

/** A trunk as it is to be. */
export type TrunkItem = z.output<typeof trunkItem>;
