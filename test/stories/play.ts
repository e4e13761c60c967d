import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort } from '@tandem/testing';
import { Sipp } from '../harness/sipp.ts';
import { judgeRecords } from './judge-records.ts';
import { CALLER, OTHER_PHONE, PHONE, type Stage } from './stage.ts';
import type { Step } from './step.ts';
import type { Story } from './story.ts';
import { type Side, writeScenario } from './write-scenario.ts';

/** Nothing in a story waits for longer. */
const PATIENCE_MS = 20_000;

/** Plays one story with SIPp on its sides; what went wrong, or undefined. */
export async function play(stage: Stage, story: Story): Promise<string | undefined> {
  const node = stage.cluster.node(story.node ?? 1);
  const transport = story.transport ?? 'udp';
  const sippTransport = transport === 'tcp' ? 't1' : 'u1';
  const places = [
    { localHost: PHONE, localPort: await freePort(PHONE) },
    { localHost: OTHER_PHONE, localPort: await freePort(OTHER_PHONE) },
  ] as const;
  const called = [story.called, ...places.map(({ localPort }) => localPort), transport].join('-');
  const shared = {
    transport: sippTransport,
    calls: 1,
    receiveTimeoutMs: PATIENCE_MS,
  } as const;
  const phones: Sipp[] = [];
  try {
    for (const [index, steps] of [story.phone, story.other].entries()) {
      const place = places[index];
      if (steps === undefined || place === undefined) continue;
      const file = await write(stage, `${called}-${index}`, story, 'phone', steps);
      phones.push(await Sipp.start({ file, ...place, ...shared }));
    }
    const caller = await Sipp.run({
      file: await write(stage, `${called}-caller`, story, 'caller', story.caller),
      remote: node.sip,
      service: called,
      localHost: CALLER,
      localPort: await freePort(CALLER),
      ...shared,
    });
    // A phone that was never called waits for ever.
    const late = setTimeout(() => phones.forEach(({ process }) => process.kill()), PATIENCE_MS);
    const heard = await Promise.all(phones.map((phone) => phone.result()));
    clearTimeout(late);
    const wrong = [caller, ...heard].filter(({ code }) => code !== 0);
    if (wrong.length > 0) return wrong.map(({ code, errors }) => `${code} ${errors}`).join('\n');
    return await judgeRecords(stage.cluster, node, called, story);
  } finally {
    await Promise.all(phones.map((phone) => phone[Symbol.asyncDispose]()));
  }
}

async function write(
  { directory }: Stage,
  name: string,
  story: Story,
  side: Side,
  steps: readonly Step[],
): Promise<string> {
  const file = path.join(directory, `${name}.xml`);
  await writeFile(file, writeScenario(story.name, side, steps));
  return file;
}
