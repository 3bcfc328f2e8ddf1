import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStudio, pause, type Studio } from './studio.ts';

let studio: Studio;
beforeAll(async () => {
  studio = await openStudio();
});
afterAll(() => studio?.close());

test('the page is ours, isolated, and has nothing but the contract', async () => {
  const page = await studio.page.evaluate(() => ({
    origin: location.origin,
    isolated: crossOriginIsolated,
    bridge: Object.keys(window.vida3 ?? {}).sort(),
    node: ['require', 'process', 'module', 'Buffer'].filter((name) => name in window),
  }));
  expect(page).toEqual({
    origin: 'app://studio',
    isolated: true,
    bridge: ['onMessage', 'send'],
    node: [],
  });
});

test('the window is sandboxed', async () => {
  const preferences = await studio.app.evaluate(({ app, BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows();
    const pid = window!.webContents.getOSProcessId();
    const process = app.getAppMetrics().find((metric) => metric.pid === pid);
    return { sandboxed: process?.sandboxed ?? null, windows: BrowserWindow.getAllWindows().length };
  });
  // Linux does not say it of a process.
  expect(preferences.windows).toBe(1);
  expect([true, null]).toContain(preferences.sandboxed);
});

test('the policy keeps code and connections at home', async () => {
  const outcome = await studio.page.evaluate(async () => {
    const make = Object.getPrototypeOf(() => 0).constructor as FunctionConstructor;
    const tried = async (action: () => unknown) => {
      try {
        await action();
        return 'went through';
      } catch {
        return 'blocked';
      }
    };
    return {
      eval: await tried(() => make('return 1')()),
      fetch: await tried(() => fetch('http://127.0.0.1:9/')),
      file: await tried(() => fetch('file:///etc/hosts')),
      socket: await tried(
        () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket('ws://127.0.0.1:9/');
            socket.onopen = resolve;
            socket.onerror = reject;
          }),
      ),
    };
  });
  expect(outcome).toEqual({ eval: 'blocked', fetch: 'blocked', file: 'blocked', socket: 'blocked' });
});

test('no other page opens, neither in this window nor in another', async () => {
  await studio.page.evaluate(() => {
    window.open('https://example.com/');
    location.href = 'https://example.com/';
  });
  await pause(500);
  expect(new URL(studio.page.url()).protocol).toBe('app:');
  expect(await studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});
