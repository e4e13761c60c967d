export { meshFaults } from './faults.ts';
export { MemoryHub } from './memory-transport.ts';
export { Mesh, type MeshOptions } from './mesh.ts';
export { natsConfig, type NatsConfig } from './nats-config.ts';
export { type NatsOptions, NatsTransport } from './nats-transport.ts';
export { createMeshPlugin } from './plugin.ts';
export { escapePart, Subjects, unescapePart } from './subjects.ts';
export type { Bucket, BucketEntry, Delivery, Transport } from './transport.ts';
