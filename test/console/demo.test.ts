import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPages } from '../../scripts/setup/pages.mjs';
import { eventually } from '../harness/eventually.ts';
import { hasNats } from '../harness/process-cluster.ts';
import { tandemProgram } from '../harness/run-tandem.ts';
import { hasChromium, photograph, TestBrowser } from './browser.ts';

const canRun = hasNats && hasChromium;
if (!canRun) {
  console.warn('SKIPPED, LOUDLY: the demonstration wants nats-server and /usr/bin/chromium here');
}

/** NATS, a database made anew, three nodes and two calls: slow machines take their time, ms. */
const STARTED_WITHIN_MS = 120_000;
const ENDED_WITHIN_MS = 20_000;

/** `tandem demo` in a folder of its own, and what it has printed. */
class Demo implements AsyncDisposable {
  output = '';
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly directory: string,
  ) {
    this.#child = child;
    child.stdout!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    child.stderr!.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  static async start(): Promise<Demo> {
    const directory = await mkdtemp(path.join(tmpdir(), 'tandem-demo-'));
    const child = spawn(process.execPath, [tandemProgram, 'demo'], { cwd: directory });
    const demo = new Demo(child, directory);
    await eventually(
      'the demonstration invites',
      () => {
        if (child.exitCode !== null) throw new Error(`it ended: ${demo.output}`);
        return demo.output.includes('Ctrl-C ends all of it.');
      },
      STARTED_WITHIN_MS,
    );
    return demo;
  }

  /** The console's address as it is printed for a newcomer. */
  get address(): string {
    return /console +(http:\S+)/.exec(this.output)?.[1] ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise<void>((resolve) => void this.#child.once('exit', resolve));
    this.#child.kill('SIGINT');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), ENDED_WITHIN_MS);
    await ended;
    clearTimeout(late);
    await rm(this.directory, { recursive: true, force: true });
  }
}

describe.skipIf(!canRun)('the demonstration', () => {
  test('a newcomer finds the forwarded call, its price and its trail in three clicks', async () => {
    buildPages();
    await using demo = await Demo.start();
    await using browser = await TestBrowser.start();
    const page = await browser.page();
    await page.goto(demo.address);
    await page.getByText('3 of 3').waitFor();

    // One: the records of calls that are over.
    await page.getByRole('link', { name: 'CDRs' }).click();
    const row = page.getByRole('row', { name: /alice 442079460018 acme/ });
    await row.waitFor();
    // Two: the one to bob's number.
    await row.getByRole('link', { name: '442079460018' }).click();
    // It went from node to node, somebody pays for it, and each handler says what it did.
    const ladder = page.getByRole('img', { name: /node3 to node2 by nats: answered; node2 to 44/ });
    await ladder.waitFor();
    const told = await page.locator('main').innerText();
    expect(told).toMatch(/Price\s+0\.0[2-9]\d* USD/);
    expect(told).toMatch(/call\.route/);
    expect(told).toMatch(/registrar\.location/);
    expect(told).toMatch(/cluster\.forward/);
    expect(told).toMatch(/leg\.execute node2/);
    await photograph(page, 'demo-call-light');

    // From the first page it is one click.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: '14155550100' }).click();
    await page.getByRole('row', { name: /demo-carrier 14155550100 200/ }).waitFor();
    expect(await page.locator('main').innerText()).toMatch(/Cost\s+0\.00\d+ USD/);
    await photograph(page, 'demo-carried-light');
    expect(browser.complaints).toEqual([]);
  }, 180_000);
});
