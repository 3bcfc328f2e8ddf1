import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import type {} from '../../src/renderer/bridge/host.ts';
import type { StreamSnapshot } from '../../src/shared/domain/stream-state.ts';
import type { Destination } from '../../src/shared/ipc/destinations.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
export const ELECTRON = process.env['VIDA3_ELECTRON'] ?? '';
export const ENTRY = path.join(ROOT, 'dist', 'main', 'index.js');
/** Ids of the page's own calls stay below. */
const FIRST_ID = 1_000_000;

export const FLAGS: readonly string[] = [
  '--use-fake-device-for-media-stream',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
];

declare global {
  interface Window {
    /** What main said to the page since openStudio(). */
    mainSaid?: { newest: Record<string, unknown>; events: string[]; answers: Record<number, unknown> };
  }
}

/** The running program with its page, in a data folder of its own. */
export interface Studio {
  readonly app: ElectronApplication;
  readonly page: Page;
  readonly home: string;
  /** Asks main as the page does. @throws Error with main's reason */
  ask<T = unknown>(command: string, payload: unknown): Promise<T>;
  /** The newest snapshot of an event since the start; undefined before the first. */
  newest<T>(event: string): Promise<T | undefined>;
  /** Names of all events since the start. */
  events(): Promise<string[]>;
  stream(): Promise<StreamSnapshot | undefined>;
  /** Ends it without a question; safe to call twice. */
  close(): Promise<void>;
}

export interface StudioOptions {
  readonly args?: readonly string[];
  /** Kept over close(). */
  readonly home?: string;
}

export async function openStudio({ args = [], home: given }: StudioOptions = {}): Promise<Studio> {
  const home = given ?? mkdtempSync(path.join(tmpdir(), 'vida3-electron-'));
  const app = await _electron.launch({
    executablePath: ELECTRON,
    args: [ENTRY, ...FLAGS, ...args],
    cwd: ROOT,
    env: environment(home),
  });
  // Nobody is there to answer macOS.
  await app.evaluate(({ systemPreferences }) => {
    if (process.platform === 'darwin') systemPreferences.askForMediaAccess = async () => true;
  });
  const page = await app.firstWindow();
  await page.waitForFunction(() => window.vida3 !== undefined);
  await listen(page);
  let nextId = FIRST_ID;
  let ended = false;
  const newest = <T>(event: string) =>
    page.evaluate((name) => window.mainSaid?.newest[name], event) as Promise<T | undefined>;
  return {
    app,
    page,
    home,
    newest,
    stream: () => newest<StreamSnapshot>('stream.snapshot'),
    events: () => page.evaluate(() => window.mainSaid?.events ?? []),
    async ask<T>(command: string, payload: unknown): Promise<T> {
      const id = nextId++;
      await page.evaluate((text) => window.vida3!.send(text), JSON.stringify({ id, command, payload }));
      await page.waitForFunction((asked) => asked in (window.mainSaid?.answers ?? {}), id);
      const answer = (await page.evaluate((asked) => window.mainSaid!.answers[asked], id)) as
        | { type: 'result'; result: T }
        | { type: 'error'; error: { reason: string; detail?: string } };
      if (answer.type === 'error')
        throw new Error(`${answer.error.reason} ${answer.error.detail ?? ''}`.trim());
      return answer.result;
    },
    async close() {
      if (ended) return;
      ended = true;
      await endApp(app);
      if (given === undefined) rmSync(home, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Hears what main says from now on, beside the page's own client. */
export async function listen(page: Page): Promise<void> {
  await page.evaluate(() => {
    const heard: NonNullable<Window['mainSaid']> = { newest: {}, events: [], answers: {} };
    window.mainSaid = heard;
    window.vida3!.onMessage((text) => {
      const message = JSON.parse(text) as { type: string; event: string; payload: unknown; id: number };
      if (message.type === 'event') {
        heard.newest[message.event] = message.payload;
        heard.events.push(message.event);
      } else heard.answers[message.id] = message;
    });
  });
}

/** A small programme that any machine can make, and a destination for it. */
export async function prepareBroadcast(studio: Studio, url: string): Promise<Destination> {
  const picture = { width: 640, height: 360, fps: 15, bitrateKbps: 1000 };
  await studio.ask('studio.configure', { picture });
  return studio.ask<Destination>('destinations.save', {
    name: 'Here',
    url: url.slice(0, url.lastIndexOf('/')),
    key: url.slice(url.lastIndexOf('/') + 1),
  });
}

/** Goes live and waits until the server takes bytes. */
export async function goLive(studio: Studio, destination: Destination): Promise<void> {
  await until('the avatar is shown', async () => {
    try {
      await studio.ask('stream.goLive', { destinationIds: [destination.id] });
      return true;
    } catch (error) {
      if (String(error).includes('stream.not-ready')) return false;
      throw error;
    }
  });
  await until('live', async () => (await studio.stream())?.phase === 'live');
}

/** Pictures per second that reach the destination, over so many seconds. */
export async function measureRate(studio: Studio, seconds: number): Promise<number> {
  const frames = async () => (await studio.stream())?.destinations[0]?.frames ?? 0;
  const startMs = performance.now();
  const before = await frames();
  await pause(seconds * 1000);
  return ((await frames()) - before) / ((performance.now() - startMs) / 1000);
}

export function environment(home: string): Record<string, string> {
  const { ELECTRON_RUN_AS_NODE: _, VIDA3_ELECTRON: __, ...rest } = process.env;
  return { ...(rest as Record<string, string>), VIDA3_HOME: home };
}

export async function until(what: string, holds: () => Promise<boolean>, timeoutMs = 40_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await pause(50);
  }
}

/** As the system ends a program at the end of a session. */
async function endApp(app: ElectronApplication): Promise<void> {
  const child = app.process();
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const closing = app
    .evaluate(({ dialog, app: electron }) => {
      // The first button of the question before quitting while live is the one that quits.
      Object.assign(dialog, { showMessageBox: async () => ({ response: 0, checkboxChecked: false }) });
      electron.quit();
    })
    .catch(() => undefined);
  await Promise.race([gone, closing.then(() => pause(15_000))]);
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await gone;
}
