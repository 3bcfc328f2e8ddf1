import { mkdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest';
import type { StreamSnapshot } from '../src/shared/domain/stream-state.ts';
import type { StudioSettings, StudioSnapshot } from '../src/shared/domain/studio.ts';
import { IDLE_STREAM, liveHealth } from './ui-fixtures.ts';
import type {} from './ui-global.ts';
import { MainDouble } from './ui-main-double.ts';

/*
 * What every test of the page needs: the built page with a double of the pipeline, a double of main for each
 * test, a browser, and hands and eyes for it.
 */
export const OUT = resolve('e2e/out');
const CHROME = process.env['VIDA3_CHROME'] ?? '/usr/bin/chromium';

let browser: Browser;
export let main: MainDouble;
export let page: Page;
export let url: string;
let complaints: string[];
let axeSource: string | undefined;

declare global {
  interface Window {
    axe: typeof import('axe-core');
  }
}

beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  browser = await chromium.launch({
    executablePath: CHROME,
    args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
  });
});

afterAll(async () => {
  await browser?.close();
});

beforeEach(async () => {
  main = new MainDouble(inject('uiPage'));
  url = await main.listen();
});

afterEach(async () => {
  await page.context().close();
  await main.close();
  // What the page itself complains about is a failure of every test.
  expect(complaints).toEqual([]);
  expect(main.failures).toEqual([]);
});

export async function visit(viewport = { width: 1280, height: 720 }, deviceScaleFactor = 1): Promise<void> {
  const context = await browser.newContext({ viewport, deviceScaleFactor, reducedMotion: 'reduce' });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('WebSocket connection')) {
      complaints.push(message.text());
    }
  });
  await page.goto(url);
}

export async function open(...how: Parameters<typeof visit>): Promise<void> {
  await visit(...how);
  await page.getByRole('heading', { name: 'VIDA³ Studio' }).waitFor();
  await page.evaluate(() => document.fonts.ready);
}

/** What main says of the studio now. */
export function studio(): StudioSnapshot {
  return main.events.get('studio.snapshot') as StudioSnapshot;
}

export function settings(): StudioSettings {
  return studio().settings;
}

/** Opens one section of the settings in the studio. */
export async function openSettings(section: string): Promise<void> {
  await page
    .getByRole('button', { name: /Settings/ })
    .first()
    .click();
  await page.getByRole('tab', { name: section, exact: true }).click();
}

/** Sets a slider as a user's keyboard would leave it. */
export async function slide(name: string, value: number): Promise<void> {
  await page.getByRole('dialog').getByRole('slider', { name, exact: true }).fill(String(value));
}

export async function shoot(name: string): Promise<void> {
  await page.screenshot({ path: join(OUT, `ui-${name}.png`) });
}

/** WCAG 2.2 A and AA by axe-core; what it calls serious or critical fails the test. */
export async function checkAxe(screen: string): Promise<void> {
  axeSource ??= await readFile(resolve('node_modules/axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const { violations } = await window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
  });
  expect(found, screen).toEqual([]);
}

/** A picture of the screen, which is checked with axe before. */
export async function screen(name: string): Promise<void> {
  await checkAxe(name);
  await shoot(name);
}

/** Texts that are cut off although they are meant to be read whole, and controls that leave the window sideways. */
export async function cutOff(): Promise<string[]> {
  return page.evaluate(() => {
    const bad: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('button, p, h1, h2, dt, dd, label')) {
      if (element.closest('.sr-only, [data-testid=programme]') || element.classList.contains('sr-only'))
        continue;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (box.width === 0 || style.visibility === 'hidden') continue;
      const told = style.textOverflow === 'ellipsis';
      if (!told && element.scrollWidth > element.clientWidth + 1 && style.overflowX === 'hidden') {
        bad.push(`cut: ${element.textContent?.slice(0, 60)}`);
      }
      if (box.left < -1 || box.right > innerWidth + 1)
        bad.push(`outside: ${element.outerHTML.slice(0, 120)}`);
    }
    return bad;
  });
}

export function seed(...names: string[]): void {
  main.events.set('destinations.snapshot', {
    destinations: names.map((name, at) => ({
      id: `d${at + 1}`,
      name,
      url: `rtmps://ingest-${at + 1}.example.com:443/app`,
      hasKey: true,
      isDefault: true,
      service: null,
    })),
  });
}

export function publishStream(part: Partial<StreamSnapshot>): void {
  main.publish('stream.snapshot', { ...IDLE_STREAM, ...part });
}

/** A broadcast with its health: losses in percent since go-live. */
export function publishLive(
  part: Partial<StreamSnapshot>,
  percent = { render: 0.1, encode: 0.06, network: 0.2 },
): void {
  const stream: StreamSnapshot = {
    ...IDLE_STREAM,
    phase: 'live',
    sessionId: 's',
    startedAt: Date.now() - 754_000,
    losses: { render: 20, encode: 12, network: 40, frames: 20_000 },
    encoder: { name: 'OpenH264', fallback: null },
    renditions: [{ name: 'main', width: 640, height: 360, targetKbps: 1000, kbps: 1002, frames: 20_000 }],
    ...part,
  };
  main.publish('stream.snapshot', stream);
  main.publish('health.snapshot', liveHealth(stream, percent));
}

/** Presses Tab until the control with this name has the focus. */
export async function tabTo(name: RegExp, max = 40): Promise<void> {
  for (let presses = 0; presses < max; presses++) {
    await page.keyboard.press('Tab');
    const label = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      return element?.getAttribute('aria-label') ?? element?.textContent ?? '';
    });
    if (name.test(label)) return;
  }
  throw new Error(`Tab never reached ${name}`);
}

export async function overflow(): Promise<{ x: number; y: number }> {
  return page.evaluate(() => {
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    return { x: scrollWidth - clientWidth, y: scrollHeight - clientHeight };
  });
}
