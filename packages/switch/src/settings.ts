import { list, z } from '@tandem/engine';

const milliseconds = (byDefault: number, max: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number().int().min(0).max(max).default(byDefault);

/** The longest span that may be set: a day, in ms. */
const DAY_MS = 86_400_000;

/** Section `[switch]`: how long a call may take, and how many there may be. */
export const switchConfig = z.object({
  setupTimeoutMs: milliseconds(60_000, DAY_MS).describe(
    'setting a call up, before ringing is counted, all attempts together, ms',
  ),
  ringTimeoutMs: milliseconds(60_000, DAY_MS).describe(
    'ringing of one branch when its route does not say, ms',
  ),
  noReplyMs: milliseconds(4_000, DAY_MS).describe(
    'silence of a trunk after the INVITE when its route does not say, ms; 0: until the driver gives up',
  ),
  postDialDelayMs: milliseconds(15_000, DAY_MS).describe(
    'time until a trunk rings when its route does not say, ms; 0: no limit',
  ),
  maxCallSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(30 * 86_400)
    .default(0)
    .describe('the longest call, seconds of talk; 0: no limit'),
  minimumTalkMs: milliseconds(0, 60_000).describe(
    'talk time of an answered call that was hung up at once, ms; 0: such a call is free',
  ),
  callsMax: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('calls at the same time; above it new ones are refused'),
  drainNoticeMs: milliseconds(3_000, 600_000).describe(
    'how long a node that drains refuses new calls at least before it ends, ms: longer than load balancers take from one OPTIONS to the next',
  ),
  stopCodes: list(z.coerce.number().int().min(300).max(699))
    .default([486, 600, 603, 604, 606])
    .describe('SIP statuses after which no further group is tried'),
});

/** Settings of the switch, read from its section. */
export type SwitchSettings = z.output<typeof switchConfig>;

/** Settings of an empty section, changed by `part`. */
export function switchSettings(part: Partial<SwitchSettings> = {}): SwitchSettings {
  return { ...switchConfig.parse({}), ...part };
}
