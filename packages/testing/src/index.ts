export {
  type CarrierContact,
  CarrierRegistrar,
  type CarrierRegistrarOptions,
} from './carrier-registrar.ts';
export { ClusterNode, type NodeGround, type Wire } from './cluster-node.ts';
export { ClusterRig } from './cluster-rig.ts';
export { LossyRelay, type LossyRelayOptions } from './lossy-relay.ts';
export { Moment } from './moment.ts';
export { freePort, NatsServer } from './nats-server.ts';
export { type CallOptions, Phone, type PhoneOptions, type RegisterOptions } from './phone.ts';
export { bodyOf, type InCallAnswer, PhoneCall } from './phone-call.ts';
export { type PhoneMedia, phoneSdp } from './phone-sdp.ts';
export { ScriptedLeg, type ScriptedLegOptions } from './scripted-leg.ts';
export { arrivalOf, SwitchRig } from './switch-rig.ts';
export { MemoryRegistrar } from './memory-registrar.ts';
export { SipRig, type SipRigOptions } from './sip-rig.ts';
export { answered, failed, gone, hangup, modified, modify, progress, sdp } from './leg-words.ts';
export { LogBook, type LogLine } from './log-book.ts';
export { testBench, type TestBench } from './test-bench.ts';
export { TestAuthority, type TestCertificate } from './test-authority.ts';
export { SeededDie } from './seeded-die.ts';
export type { WireView } from './sip-cluster/call-rules.ts';
export {
  type Awaited,
  SipCluster,
  type SipClusterOptions,
  startCluster,
} from './sip-cluster/sip-cluster.ts';
export { SipNode, type SipNodeParts } from './sip-cluster/sip-node.ts';
export { isRequest, isResponse, WireBook, type WireMessage } from './sip-cluster/wire-book.ts';
