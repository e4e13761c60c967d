import { callAdmit } from './call-admit.ts';
import { callDrop, callList, callOrphan } from './call-control.ts';
import { callCdr } from './call-cdr.ts';
import { callExecute } from './call-execute.ts';
import { callExtend } from './call-extend.ts';
import { callMedia } from './call-media.ts';
import { callPreroute } from './call-preroute.ts';
import { callRoute } from './call-route.ts';
import {
  callAnswered,
  callProgress,
  callRinging,
  callUpdate,
  chanDisconnected,
  chanDtmf,
  chanHangup,
  chanStartup,
} from './channel.ts';
import { clusterLocate, clusterRelease } from './cluster-locate.ts';
import { applySections, cliCommands, consoleResources } from './contributions.ts';
import { legEvent, legExecute, legSync } from './leg-hop.ts';
import { metricsCollect, nodeReady, nodeStatus } from './node-status.ts';
import { sipReturn, sipStray } from './sip-stray.ts';
import { sipTrace } from './sip-trace.ts';
import { sipDeliver, userLocate } from './text-messages.ts';
import { trunkLost, trunkProbe, trunkRegister } from './trunk.ts';
import { userAuth, userRegister, userUnregister } from './user.ts';

/** Every message of the box, in the order of a call's life; docs/MESSAGES is made from it. */
export const vocabulary = [
  userAuth,
  userRegister,
  userUnregister,
  userLocate,
  sipDeliver,
  callPreroute,
  callRoute,
  callAdmit,
  callExecute,
  callMedia,
  callCdr,
  clusterLocate,
  clusterRelease,
  legExecute,
  legEvent,
  legSync,
  sipStray,
  sipReturn,
  sipTrace,
  trunkRegister,
  trunkLost,
  trunkProbe,
  chanStartup,
  callProgress,
  callRinging,
  callAnswered,
  chanDtmf,
  callUpdate,
  chanDisconnected,
  chanHangup,
  callDrop,
  callOrphan,
  callExtend,
  callList,
  nodeReady,
  nodeStatus,
  metricsCollect,
  consoleResources,
  cliCommands,
  applySections,
] as const;
