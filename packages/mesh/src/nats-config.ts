import { duration, list, z } from '@tandem/engine';

/** `[nats]` of clustering.conf. */
export const natsConfig = z.object({
  servers: list(z.string())
    .default([])
    .describe('list: addresses of NATS servers, as host:port; empty: this node stands alone'),
  cluster: z
    .string()
    .min(1)
    .default('tandem')
    .describe('text: name of the cluster; clusters of other names do not hear each other'),
  user: z.string().optional().describe('text: this node at the NATS server'),
  password: z.string().optional().describe('text: its password'),
  nkey: z.string().optional().describe('file: an nkey seed, instead of user and password'),
  tlsCa: z
    .string()
    .optional()
    .describe('file: certificate of the authority that signed the server'),
  tlsCert: z.string().optional().describe("file: this node's certificate"),
  tlsKey: z.string().optional().describe("file: this node's key"),
  legGraceSeconds: duration()
    .default(30_000)
    .describe('span: how long calls between nodes stay up while NATS is away'),
});

/** The settings of `[nats]`, read. */
export type NatsConfig = z.output<typeof natsConfig>;
