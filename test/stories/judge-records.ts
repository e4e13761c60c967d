import type { CdrParams } from '@tandem/messages';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import type { ProcessCluster } from '../harness/process-cluster.ts';
import type { Story } from './story.ts';

/** A branch that was given up is remembered for 64 T1. */
const PATIENCE_MS = 20_000;

/**
 * What is wrong with the records of a story's call, or undefined: each leg of each node has one
 * last record, all carry one billid, and those of the first node say what the story wants.
 */
export async function judgeRecords(
  cluster: ProcessCluster,
  node: NodeProcess,
  called: string,
  story: Story,
): Promise<string | undefined> {
  const ofCall = async (): Promise<readonly CdrParams[]> => {
    const all = (await Promise.all(cluster.nodes.map((each) => each.cdrs()))).flat();
    const begin = all.find((cdr) => isBegin(cdr) && cdr.calledfull === called);
    return all.filter(({ billid, calledfull }) => {
      return calledfull === called || billid === begin?.billid;
    });
  };
  // Either node has two of a call that crosses.
  const legsMin = story.called === 'far' ? 4 : 1;
  try {
    await eventually('every leg ends', async () => isEnded(await ofCall(), legsMin), PATIENCE_MS);
  } catch {
    return `legs without a last record: ${JSON.stringify(await ofCall())}`;
  }
  const begins = (await ofCall()).filter((cdr) => isBegin(cdr) && cdr.nodename === node.name);
  if (begins.length > 1) return `${begins.length} calls of ${called}`;
  const finals = (await ofCall()).filter(({ operation }) => operation === 'finalize');
  const own = finals.filter(({ nodename }) => nodename === node.name);
  const faults = [
    ...differences(own.find(isIncoming), story.record),
    ...(story.attempts ?? []).flatMap((attempt, index) => {
      const branches = finals.filter(({ driver, direction }) => {
        return driver === 'sip' && direction === 'outgoing';
      });
      branches.sort((one, two) => one.attempt - two.attempt);
      return differences(branches[index], attempt);
    }),
    ...judgeTalk(own.find(isIncoming), story.talkMs),
  ];
  return faults.length === 0 ? undefined : faults.join('\n');
}

function isBegin({ operation, direction }: CdrParams): boolean {
  return operation === 'initialize' && direction === 'incoming';
}

function isIncoming({ direction }: CdrParams): boolean {
  return direction === 'incoming';
}

function isEnded(cdrs: readonly CdrParams[], legsMin: number): boolean {
  const last = cdrs.filter(({ operation }) => operation === 'finalize').map(({ chan }) => chan);
  const legs = new Set(cdrs.map(({ chan }) => chan));
  if (legs.size < legsMin) return false;
  return last.length === legs.size && new Set(last).size === last.length;
}

function differences(
  record: CdrParams | undefined,
  wanted: Partial<CdrParams> = {},
): readonly string[] {
  if (record === undefined) return ['a record is missing'];
  return Object.entries(wanted)
    .filter(([name, value]) => record[name as keyof CdrParams] !== value)
    .map(([name, value]) => {
      const is = record[name as keyof CdrParams];
      return `${record.chan}: ${name} is ${JSON.stringify(is)}, not ${JSON.stringify(value)}`;
    });
}

function judgeTalk(record: CdrParams | undefined, wanted: Story['talkMs']): readonly string[] {
  if (record === undefined || wanted === undefined) return [];
  const [least, most] = wanted;
  const isFit = record.talkMs >= least && record.talkMs <= most;
  return isFit ? [] : [`${record.talkMs} ms of talk, not ${least} to ${most}`];
}
