import { readFile } from 'node:fs/promises';
import { systemClock } from '@tandem/engine';
import { Phone } from '@tandem/testing';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPages } from '../../scripts/setup/pages.mjs';
import { eventually } from '../harness/eventually.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasChromium, isPhotographing, photograph, TestBrowser } from './browser.ts';

const canRun = hasNats && hasChromium;
if (!hasChromium) {
  console.warn('SKIPPED, LOUDLY: no /usr/bin/chromium on this machine; apt-get install chromium');
}
if (!hasNats) console.warn('SKIPPED, LOUDLY: no nats-server on this machine; run npm run setup');

const CONF = '[console]\ntoken=admin-secret\nbillingToken=billing-secret\nreadToken=read-secret';
/** A caller's name as a stranger may choose it, and as it stands in a SIP URI (RFC 3261 §25.1). */
const HOSTILE = '<img src=x onerror=document.title=666>';
/** Three nodes, NATS, a database and a browser: slow machines take their time, ms. */
const STARTED_WITHIN_MS = 180_000;
const PLACES = ['overview', 'calls', 'cluster', 'cdrs', 'tenants', 'route-test'];

describe.skipIf(!canRun)('the console of three nodes with calls between them', () => {
  let cluster: ProcessCluster;
  let browser: TestBrowser;

  beforeAll(async () => {
    buildPages();
    [cluster, browser] = await Promise.all([
      ProcessCluster.start({ nodes: 3, conf: CONF }),
      TestBrowser.start(),
    ]);
    await applySetUp(cluster);
  }, STARTED_WITHIN_MS);
  afterAll(async () => {
    await browser?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  async function open(page: Page, place: string): Promise<void> {
    await page.goto(cluster.node(1).url(`/#/${place}`));
  }

  async function signIn(page: Page, token: string): Promise<void> {
    await page.getByLabel('Token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function openCall(phones: Phones, caller?: Phone) {
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = caller ?? (await phones.at(cluster.node(1), 'alice'));
    const call = alice.call('bob');
    const incoming = await bob.nextCall();
    incoming.answer();
    await isUp(call);
    return { call, incoming };
  }

  test('nobody comes in without a token, and a read token offers nothing that it may not do', async () => {
    await using phones = new Phones();
    const { call } = await openCall(phones);
    const page = await browser.page();
    await open(page, 'calls');
    await photograph(page, 'sign-in-light');
    await signIn(page, 'wrong');
    await page.getByText('No such token on this node.').waitFor();
    await signIn(page, 'read-secret');
    await rowOf(page).waitFor();
    expect(await page.getByRole('button', { name: /^Hang up/ }).count()).toBe(0);
    await open(page, 'cluster');
    await page.getByRole('row', { name: /node2/ }).first().waitFor();
    expect(await page.getByRole('button', { name: /^Drain/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await call.hangUp();
  });

  test('who bills may recharge and no more, and the node refuses what pages do not offer', async () => {
    const page = await browser.page();
    await open(page, 'tenants');
    await signIn(page, 'billing-secret');
    await page.getByRole('button', { name: 'Recharge acme' }).waitFor();
    await open(page, 'cluster');
    await page.getByRole('row', { name: /node2/ }).first().waitFor();
    expect(await page.getByRole('button', { name: /^(?:Drain|Reload)/ }).count()).toBe(0);
    const status = async (token: string, method: string, resource: string) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const url = cluster.node(1).url(`/api/v1${resource}`);
      return (await fetch(url, { method, headers, body: '{}' })).status;
    };
    expect(await status('billing-secret', 'DELETE', '/calls/node1-b-1')).toBe(403);
    expect(await status('billing-secret', 'POST', '/drain')).toBe(403);
    expect(await status('read-secret', 'POST', '/tenants/acme/recharges')).toBe(403);
    expect(await status('nobody', 'DELETE', '/calls/node1-b-1')).toBe(401);
    await page.context().close();
  });

  test('both nodes and the call between them are seen, and the call is hung up', async () => {
    await using phones = new Phones();
    const { call, incoming } = await openCall(phones);
    const page = await browser.page();
    await open(page, 'overview');
    await signIn(page, 'admin-secret');
    const picture = page.getByRole('img', {
      name: /node1 is up with .*node2 is up with .*node3 is up with/,
    });
    await picture.waitFor();
    expect(await picture.getAttribute('aria-label')).toContain('All that live see each other.');
    await page.getByText('3 of 3').waitFor();

    await page.getByRole('link', { name: 'Active calls', exact: true }).click();
    await rowOf(page).waitFor();
    expect(await rowOf(page).innerText()).toContain('node1 → node2');
    await rowOf(page).getByRole('link', { name: 'alice' }).click();
    const ladder = /to node1 by sip: up; node1 to node2 by nats: up; node2 to .* by sip: up/;
    await page.getByRole('img', { name: ladder }).waitFor();
    await photograph(page, 'call-light');

    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Hang up' }).click();
    await photograph(page, 'hang-up-light');
    await dialog.getByRole('button', { name: 'Keep the call' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(call.ended.isOver).toBe(false);
    await page.getByRole('button', { name: 'Hang up' }).click();
    await dialog.getByRole('button', { name: 'Hang up' }).click();
    await Promise.all([isOver(call), isOver(incoming)]);
    await page.getByText('answered, over').waitFor();
    await open(page, 'calls');
    await page.getByText('No call is active that fits.').waitFor();
  });

  test('a caller whose name is markup is shown as text', async () => {
    await using phones = new Phones();
    const { sip } = cluster.node(1);
    const account = { username: 'alice', password: 'secret-alice' };
    const name = encodeURIComponent(HOSTILE);
    const stranger = await Phone.open({ clock: systemClock, name, ...account, server: sip });
    const { call } = await openCall(phones, stranger);
    const page = await browser.page();
    await open(page, 'calls');
    await signIn(page, 'admin-secret');
    await page.getByRole('link', { name: HOSTILE }).waitFor();
    await photograph(page, 'hostile-light');
    await page.getByRole('link', { name: HOSTILE }).click();
    await page.getByRole('heading', { name: 'Legs' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).not.toContain('666');
    await call.hangUp();
    await stranger.close();
  });

  test('a page whose node is silent says that it is stale, and is fresh again afterwards', async () => {
    const page = await browser.page();
    // The page's own clock: nobody waits for real seconds.
    await page.clock.install();
    await open(page, 'cluster');
    await signIn(page, 'admin-secret');
    await page.getByRole('row', { name: /node2/ }).first().waitFor();
    await page.route('**/api/v1/nodes', (route) => route.abort());
    const passUntil = async (what: string, isTrue: () => Promise<boolean>) =>
      await eventually(what, async () => {
        await page.clock.runFor(1_000);
        return await isTrue();
      });
    const stale = page.getByText('Stale.');
    await passUntil('the page says that it is stale', () => stale.isVisible());
    await page.getByRole('row', { name: /node2/ }).first().waitFor();
    await photograph(page, 'stale-light');
    await page.unroute('**/api/v1/nodes');
    await passUntil('the page is fresh again', async () => !(await stale.isVisible()));
  });

  test('a tenant is recharged once, and a route test shows every candidate', async () => {
    const page = await browser.page();
    await open(page, 'tenants');
    await signIn(page, 'admin-secret');
    await page.getByRole('button', { name: 'Recharge acme' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/^Amount/).fill('twelve');
    await dialog.getByRole('button', { name: 'Recharge' }).click();
    await dialog.getByText('Expected an amount such as 25 or 12.50.').waitFor();
    await dialog.getByLabel(/^Amount/).fill('12.50');
    await photograph(page, 'recharge-light');
    await dialog.getByRole('button', { name: 'Recharge' }).click();
    await page.getByRole('cell', { name: '12.50 USD', exact: true }).waitFor();
    await page.getByText('37.50 USD').waitFor();

    await open(page, 'route-test');
    await page.getByLabel('Source address').fill('127.0.0.77');
    await page.getByLabel('Called').fill('14155550100');
    // A node serves what was applied once its own copy is built: each try asks anew.
    await eventually('the route test knows what was applied', async () => {
      await page.getByRole('button', { name: 'Test' }).click();
      await page.getByText(/It would be/).waitFor();
      return (await page.getByText('It would be routed').count()) > 0;
    });
    await page.getByRole('row', { name: /yes.*carrier-1/ }).waitFor();
    await photograph(page, 'route-tested-light');

    // What the filters let through is saved as a file.
    await open(page, 'cdrs?status=answered');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const file = await (await saving).path();
    expect((await readFile(file, 'utf8')).split('\n')[0]).toMatch(/^cdr_id,call_id,leg,/);
    await page.getByText(/^Exported/).waitFor();
    await photograph(page, 'cdrs-exported-light');
    await page.context().close();
  });

  test('every page works wide and narrow, light and dark, without a complaint of the browser', async () => {
    await using phones = new Phones();
    const { call } = await openCall(phones);
    const views = [
      [1280, 'light'],
      [400, 'dark'],
      // The other two differ in nothing but what is only to be looked at.
      ...(isPhotographing
        ? ([
            [1280, 'dark'],
            [400, 'light'],
          ] as const)
        : []),
    ] as const;
    for (const [width, colours] of views) {
      const page = await browser.page(width, colours);
      await open(page, 'overview');
      await signIn(page, 'admin-secret');
      const { calls } = await cluster.node(1).api<{ calls: { id: string }[] }>('/calls', {
        headers: { authorization: 'Bearer read-secret' },
      });
      for (const place of [...PLACES, `calls/${calls[0]!.id}`]) {
        await open(page, place);
        const current = `nav a[aria-current=page][href="#/${place.split('/')[0]}"]`;
        await page.locator(current).waitFor();
        await settled(page);
        await photograph(page, `${place.replace(/\/.*/, '-one')}-${width}-${colours}`);
        expect(await overflow(page), `${place} at ${width}`).toBe(0);
      }
      await page.context().close();
    }
    await call.hangUp();
    expect(browser.complaints).toEqual([]);
  }, 180_000);

  test('a node that was killed is shown dead, and its calls vanish with it', async () => {
    await using phones = new Phones();
    const caller = await phones.at(cluster.node(3), 'alice');
    await openCall(phones, caller);
    const page = await browser.page();
    await open(page, 'calls');
    await signIn(page, 'admin-secret');
    await rowOf(page).getByText('node3 → node2').waitFor();
    await cluster.node(3).kill();
    await page.getByText('No call is active that fits.').waitFor();
    // Until the verdict the silent node is named; then nothing is missing.
    await page.getByText('Not complete.').waitFor({ state: 'hidden' });
    await open(page, 'overview');
    await page.getByText('2 of 3').waitFor();
    await page.getByRole('img', { name: /node3 is dead with 0 calls/ }).waitFor();
    await photograph(page, 'overview-dead-light');
    await open(page, 'cluster');
    await page
      .getByRole('row', { name: /node3.*dead/ })
      .first()
      .waitFor();
    await photograph(page, 'cluster-dead-light');
    await cluster.node(3).start();
    await page
      .getByRole('row', { name: /node3.*up/ })
      .first()
      .waitFor();
  });
});

function rowOf(page: Page): Locator {
  return page.getByRole('row', { name: /alice.*bob/ });
}

/** Waits until no region loads any more. */
async function settled(page: Page): Promise<void> {
  await eventually('the page is loaded', async () => {
    return (await page.locator('[aria-busy=true]').count()) === 0;
  });
  // A photograph of plots wants some samples in them.
  if (isPhotographing) await page.waitForTimeout(2_500);
}

/** How far the page is wider than its window, px: nobody scrolls a page sideways. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate('document.documentElement.scrollWidth - innerWidth');
}

/** Users, a tenant, his prices and a carrier, as `tandem apply --api` sends them. */
async function applySetUp(cluster: ProcessCluster): Promise<void> {
  const rate = { prefix: '1', rate: '0.10', first: 60, next: 60 };
  const setUp = {
    decks: [
      { name: 'sell-a', kind: 'sell', currency: 'USD', rates: [rate] },
      { name: 'buy-a', kind: 'buy', currency: 'USD', rates: [{ ...rate, rate: '0.04' }] },
    ],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: ['127.0.0.77/32'] },
      { name: 'carrier-1', direction: 'outbound', address: 'sip:127.0.0.99:5099', deck: 'buy-a' },
    ],
    profiles: [{ name: 'std', order: 'priority', routes: [{ trunk: 'carrier-1', priority: 1 }] }],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        creditLimit: '25',
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
        maxCalls: 300,
        maxCallsPerSecond: 20,
      },
    ],
    users: ['alice', 'bob'].map((name) => ({ name, password: `secret-${name}` })),
  };
  const response = await fetch(cluster.node(1).url('/api/v1/apply'), {
    method: 'POST',
    headers: { authorization: 'Bearer admin-secret', 'content-type': 'application/json' },
    body: JSON.stringify(setUp),
  });
  expect(await response.json()).toMatchObject({ changes: expect.anything() as object });
}
