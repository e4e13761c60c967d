import type { Scope } from '@tandem/engine';
import type { Reading } from '@tandem/messages';
import { Carrier } from '../carriers/carrier.ts';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { BreakerState } from '../carriers/breaker.ts';
import type { ProbeReport } from '../trunks/probe.ts';
import type { RegistrationReport } from '../trunks/registration.ts';
import type { Registrations } from '../trunks/registrations.ts';
import type { LiveCatalogue } from '../decks/live-catalogue.ts';

const STATES: Readonly<Record<BreakerState, number>> = { closed: 0, halfOpen: 1, open: 2 };

/** metrics.collect: decks in force and how old they are, carriers by breaker, answers and talk. */
export function handleMetrics(
  scope: Scope,
  catalogue: LiveCatalogue,
  desk: CarrierDesk,
  registrations: Registrations,
): void {
  scope.handle('metrics.collect', { as: 'wholesale' }, () => [
    ...deckReadings(catalogue, scope.clock.now()),
    ...carrierReadings(catalogue, desk, scope.clock.monotonicMs()),
    ...registrations.reports.map(registrationReading),
  ]);
}

function deckReadings(catalogue: LiveCatalogue, now: number): Reading[] {
  const kind = 'gauge';
  const versions = [...(catalogue.current?.decks.values() ?? [])].map(({ header }): Reading => ({
    name: 'tandem_deck_version',
    help: 'Version of the deck that this node goes by.',
    kind,
    value: header.version,
    labels: { deck: header.name },
  }));
  const age: Reading = {
    name: 'tandem_deck_age_seconds',
    help: 'Time since decks or set-up changed on this node.',
    kind,
    value: catalogue.loadedAt === 0 ? 0 : (now - catalogue.loadedAt) / 1_000,
  };
  const broken: Reading = {
    name: 'tandem_deck_broken',
    help: 'Versions in the database that this node cannot go by.',
    kind,
    value: catalogue.broken.length,
  };
  return [...versions, age, broken];
}

/** Carriers that no call went to yet are there as well: an alert needs a series to look at. */
function carrierReadings(catalogue: LiveCatalogue, desk: CarrierDesk, nowMs: number): Reading[] {
  const untried = new Carrier();
  const trunks = catalogue.current?.setup.trunks ?? [];
  const carriers = new Map(
    trunks.filter((each) => each.isOutbound).map(({ name }) => [name, untried]),
  );
  for (const [name, carrier] of desk.carriers) carriers.set(name, carrier);
  return [...carriers].flatMap(([vendor, carrier]) => {
    const labels = { vendor };
    const { seizures, answered, talkMs } = carrier.quality.counts(nowMs);
    const gauge = (name: string, help: string, value: number): Reading => ({
      name,
      help,
      kind: 'gauge',
      value,
      labels,
    });
    return [
      gauge(
        'tandem_vendor_breaker_state',
        'Breaker of the carrier on this node: 0 closed, 1 half-open, 2 open.',
        STATES[carrier.breaker.stateAt(nowMs)],
      ),
      ...probeReadings(carrier.probe.report, gauge),
      gauge('tandem_vendor_calls', 'Branches to the carrier on this node.', carrier.active),
      gauge(
        'tandem_vendor_attempts',
        'Attempts of the last five to ten minutes: what answer ratios are made of.',
        seizures,
      ),
      gauge(
        'tandem_vendor_asr',
        'Attempts answered by attempts made, of the last five to ten minutes.',
        seizures === 0 ? 0 : answered / seizures,
      ),
      gauge(
        'tandem_vendor_acd_seconds',
        'Mean talk of answered calls of the last five to ten minutes.',
        answered === 0 ? 0 : talkMs / answered / 1_000,
      ),
    ];
  });
}

type Gauge = (name: string, help: string, value: number) => Reading;

function probeReadings({ state, durationMs }: ProbeReport, gauge: Gauge): Reading[] {
  if (state === 'unknown') return [];
  const help = 'Whether the carrier answers OPTIONS to this node: 1 up, 0 down.';
  return [
    gauge('tandem_vendor_up', help, state === 'up' ? 1 : 0),
    gauge(
      'tandem_vendor_probe_seconds',
      'From the last OPTIONS to its answer, or to the end of patience.',
      durationMs / 1_000,
    ),
  ];
}

function registrationReading({ trunk, state }: RegistrationReport): Reading {
  return {
    name: 'tandem_vendor_registered',
    help: 'Whether this node, which holds it, is registered with the carrier: 1 or 0.',
    kind: 'gauge',
    value: state === 'registered' ? 1 : 0,
    labels: { vendor: trunk },
  };
}
