import { flag, z } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { normalisePrefix } from './node-names.ts';
import { compileBasic } from './posix-regexp.ts';

/** `[general]` of clustering.conf: Yate's keys, meanings and defaults. */
export const generalConfig = z.object({
  nodename: z
    .string()
    .default('')
    .describe('text: name of this node in the cluster; the command line may say another'),
  enabled: flag()
    .optional()
    .describe('flag: whether clustering is used; default: if regexp and callto are both set'),
  prefix: z
    .string()
    .default('cluster')
    .describe('text: first part of the names of resources that belong to a node'),
  regexp: z
    .string()
    .default('.*')
    .superRefine((expression, context) => {
      const compiled = compileBasic(expression);
      if (typeof compiled !== 'string') return;
      const message = `expected a POSIX basic expression, got ${JSON.stringify(expression)} (${compiled})`;
      context.addIssue({ code: 'custom', message });
    })
    .describe('regexp: POSIX basic expression that names of other nodes must match'),
  callto: z
    .string()
    .default('nats/\\0')
    .describe(
      'template: where a call for another node goes; \\0 to \\9 are parts of the match, ${name} a parameter of the call; nats/\\0 hands it over by NATS, sip/sip:cluster/@\\1:5060 by SIP',
    ),
  locate: z
    .string()
    .default('cluster.locate')
    .describe('text: message that asks which node owns a resource of cluster/*/; empty: none'),
  'user.register': flag()
    .default(true)
    .describe('flag: whether registrations are stored with the name of this node'),
  'call.cdr': flag()
    .default(true)
    .describe('flag: whether records of calls say nodename and nodeprefix'),
});

/** The settings of `[general]`, read. */
export type GeneralConfig = z.output<typeof generalConfig>;

const priority = (value: number, text: string): z.ZodType<number> =>
  z.coerce.number().int().min(0).max(10_000).default(value).describe(`number: ${text}`);

/** `[priorities]` of clustering.conf: Yate's keys and numbers. */
export const prioritiesConfig = z.object({
  'call.route': priority(priorities.clusterLocal, 'place of the cluster when a call is routed'),
  'call.execute': priority(priorities.clusterForward, 'place of the cluster when a call is placed'),
  'user.register': priority(priorities.clusterPrefix, 'place of the cluster when a user registers'),
  'call.cdr': priority(priorities.clusterStamp, 'place of the cluster when a record is written'),
});

/** The settings of `[priorities]`, read. */
export type PrioritiesConfig = z.output<typeof prioritiesConfig>;

/** Whether clustering is used: Yate's default is "if regexp and callto both say something". */
export function isEnabled(config: GeneralConfig): boolean {
  return config.enabled ?? (config.regexp !== '' && config.callto !== '');
}

/** The prefix of resource names with its slash; undefined while clustering is off. */
export function clusterPrefixOf(config: GeneralConfig): string | undefined {
  return isEnabled(config) ? normalisePrefix(config.prefix) : undefined;
}
