import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findTool } from '../../scripts/tools.mjs';

/** Debian's Chromium, the system's or the one that set-up unpacked; playwright-core brings none. */
const tool = findTool('chromium');

/** Whether pages can be looked at here; tests that need it say loudly when not. */
export const hasChromium = tool !== undefined;

/** Widths at which pages have to work, px. */
export type Width = 1280 | 400;

/** A browser for one test file, with what its pages complained about. */
export class TestBrowser implements AsyncDisposable {
  /** Errors of scripts and of the content security policy, from all pages. */
  readonly complaints: string[] = [];

  private constructor(readonly browser: Browser) {}

  /** Starts it. */
  static async start(): Promise<TestBrowser> {
    const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-sync'];
    const args = ['--no-sandbox', ...quiet, '--no-first-run', '--disable-extensions'];
    if (tool === undefined) throw new Error('chromium is not installed');
    const env = { ...definedOnly(process.env), ...tool.env };
    return new TestBrowser(
      await chromium.launch({ executablePath: tool.path, headless: true, args, env }),
    );
  }

  /** A page with storage of its own. */
  async page(width: Width = 1280, colours: 'light' | 'dark' = 'light'): Promise<Page> {
    const height = width === 400 ? 800 : 860;
    const context: BrowserContext = await this.browser.newContext({
      viewport: { width, height },
      colorScheme: colours,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // A refusal by the API is shown on the page; the browser logs every one besides.
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
  }
}

/** Whether somebody wants to look: TANDEM_PHOTOS names the folder for photographs. */
export const isPhotographing = process.env['TANDEM_PHOTOS'] !== undefined;

/** Photographs a page into the folder that TANDEM_PHOTOS names; without it does nothing. */
export async function photograph(page: Page, name: string): Promise<void> {
  const folder = process.env['TANDEM_PHOTOS'];
  if (folder === undefined) return;
  await page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
