export { Moment } from './moment.ts';
export { freePort, NatsServer } from './nats-server.ts';
export { type CallOptions, Phone, type PhoneOptions, type RegisterOptions } from './phone.ts';
export { bodyOf, type InCallAnswer, PhoneCall } from './phone-call.ts';
export { type PhoneMedia, phoneSdp } from './phone-sdp.ts';
export { ScriptedLeg, type ScriptedLegOptions } from './scripted-leg.ts';
export { arrivalOf, SwitchRig } from './switch-rig.ts';
export { MemoryRegistrar } from './memory-registrar.ts';
export { SipRig, type SipRigOptions } from './sip-rig.ts';
