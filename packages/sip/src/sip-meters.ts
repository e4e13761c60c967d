import type { Reading } from '@tandem/messages';
import type { CounterName } from './sip-counters.ts';
import type { SipDriver } from './sip-driver.ts';

/** Reads everything that SIP on this node counts, at this moment. */
export async function readSipMeters(driver: SipDriver): Promise<Reading[]> {
  const { gauges, counters, guard, trace } = driver.stack.stats();
  const { legs } = driver.host;
  const udpDrops = await driver.stack.readUdpDrops();
  return [
    ...(['incoming', 'outgoing'] as const).map((direction) =>
      gauge('tandem_sip_legs', 'SIP legs that live.', legs.count(direction), { direction }),
    ),
    ...(['inviteServers', 'requestServers', 'inviteClients', 'requestClients'] as const).map(
      (kind) =>
        gauge('tandem_sip_transactions', 'SIP transactions that live.', gauges[kind], { kind }),
    ),
    gauge('tandem_sip_dialogs', 'Early and answered dialogs.', gauges.dialogs),
    gauge(
      'tandem_sip_ended_dialogs',
      'Ended dialogs still answering repeats.',
      gauges.endedDialogs,
    ),
    gauge('tandem_sip_unacknowledged', 'Answers being repeated.', gauges.unacknowledgedAnswers),
    gauge('tandem_timers', 'Timers running on the wheel.', gauges.timers),
    gauge('tandem_sip_connections', 'Connections open.', gauges.connections),
    gauge('tandem_sip_listeners', 'Sockets listening.', gauges.listeners),
    gauge('tandem_sip_registration_flows', 'Ways behind NAT kept open.', driver.keeper.size),
    gauge('tandem_sip_nonces', 'Digest nonces remembered.', driver.usedNonces),
    ...labelled('tandem_sip_received_total', 'Messages received.', 'kind', counters.received),
    ...labelled('tandem_sip_sent_total', 'Messages sent.', 'kind', counters.sent),
    ...labelled('tandem_sip_malformed_total', 'Input that was no SIP.', 'kind', counters.malformed),
    ...labelled('tandem_sip_dropped_total', 'Messages thrown away.', 'reason', counters.dropped),
    ...labelled(
      'tandem_sip_shed_total',
      'New requests refused for load.',
      'reason',
      counters.refused,
    ),
    gauge('tandem_sip_unanswered', 'Requests that wait for our final answer.', gauges.unanswered),
    gauge('tandem_sip_watched_addresses', 'Addresses whose messages are counted.', guard.sources),
    gauge('tandem_sip_banned_addresses', 'Addresses of which nothing is heard.', guard.banned),
    counter('tandem_sip_bans_total', 'Bans made.', guard.bansMade),
    gauge('tandem_sip_taps', 'Traces that run.', trace.taps),
    counter('tandem_sip_hep_sent_total', 'Messages copied to HOMER.', trace.hepSent),
    counter('tandem_sip_hep_dropped_total', 'Copies for HOMER thrown away.', trace.hepDropped),
    counter(
      'tandem_sip_connections_opened_total',
      'Connections opened.',
      counters.connectionsOpened,
    ),
    counter(
      'tandem_sip_connections_refused_total',
      'Connections closed at once for being too many.',
      counters.connectionsRefused,
    ),
    counter('tandem_sip_keepalives_sent_total', 'Keep-alives sent.', counters.keepAlivesSent),
    counter('tandem_sip_repeats_received_total', 'Repeats received.', counters.repeatsReceived),
    counter('tandem_sip_repeats_sent_total', 'Repeats sent.', counters.repeatsSent),
    counter('tandem_sip_keepalives_total', 'Keep-alives received.', counters.keepAlives),
    counter('tandem_sip_send_failures_total', 'Messages not sent.', counters.sendFailures),
    counter('tandem_sip_udp_drops_total', 'Datagrams lost in receive buffers.', udpDrops),
    ...Object.entries(OWN).flatMap(([name, [metric, help, label]]) =>
      own(driver, name as CounterName, metric, help, label),
    ),
  ];
}

const OWN: Readonly<Record<CounterName, readonly [metric: string, help: string, label: string]>> = {
  refused: ['tandem_sip_refused_total', 'Calls refused at the door.', 'reason'],
  authRefused: ['tandem_sip_auth_refused_total', 'Credentials not taken.', 'reason'],
  strippedClusterHeaders: [
    'tandem_sip_stripped_cluster_headers_total',
    'Requests of strangers with headers of the cluster.',
    '',
  ],
  registers: ['tandem_sip_registers_total', 'REGISTERs by result.', 'result'],
  closedFlows: ['tandem_sip_closed_flows_total', 'Connections that closed.', ''],
  lateAnswers: ['tandem_sip_late_answers_total', 'Answers to calls given up.', ''],
  missingAcks: ['tandem_sip_missing_acks_total', 'Answers without ACK.', ''],
  deadCalls: ['tandem_sip_dead_calls_total', 'Calls whose peer was gone.', 'reason'],
  strays: ['tandem_sip_strays_total', 'Requests for dialogs of other nodes.', 'result'],
  faults: ['tandem_sip_faults_total', 'Faults inside legs.', ''],
};

function own(
  driver: SipDriver,
  name: CounterName,
  metric: string,
  help: string,
  label: string,
): Reading[] {
  if (label === '') return [counter(metric, help, driver.counters.read(name))];
  return [...driver.counters.entries(name)].map(([value, count]) =>
    counter(metric, help, count, { [label]: value }),
  );
}

function labelled(
  name: string,
  help: string,
  label: string,
  counts: Readonly<Record<string, number>>,
): Reading[] {
  return Object.entries(counts).map(([key, value]) => counter(name, help, value, { [label]: key }));
}

function gauge(
  name: string,
  help: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Reading {
  return { name, help, kind: 'gauge', value, ...(labels && { labels }) };
}

function counter(
  name: string,
  help: string,
  value: number,
  labels?: Readonly<Record<string, string>>,
): Reading {
  return { name, help, kind: 'counter', value, ...(labels && { labels }) };
}
