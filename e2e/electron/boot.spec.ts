import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { openStudio, type Studio } from './studio.ts';

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
  const windows = await studio.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map(({ webContents }) => {
      // Electron has it, electron.d.ts does not.
      const { getLastWebPreferences } = webContents as unknown as {
        getLastWebPreferences(): Electron.WebPreferences;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } =
        getLastWebPreferences.call(webContents);
      return { sandbox, contextIsolation, nodeIntegration, webSecurity };
    }),
  );
  expect(windows).toEqual([
    { sandbox: true, contextIsolation: true, nodeIntegration: false, webSecurity: true },
  ]);
});

test('the policy keeps code and connections at home', async () => {
  // It answers everybody: nothing but the policy is in the way.
  const sockets = new WebSocketServer({ noServer: true });
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.writeHead(200, {
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.end('here');
  });
  server.on('upgrade', (request, socket, head) => {
    asked.push(`upgrade ${request.url}`);
    sockets.handleUpgrade(request, socket, head, (client) => client.close());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // It can be reached from here.
  expect(await (await fetch(`http://127.0.0.1:${port}/here`)).text()).toBe('here');
  const outcome = await studio.page.evaluate(async (to) => {
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
      fetch: await tried(() => fetch(`http://127.0.0.1:${to}/page`)),
      file: await tried(() => fetch('file:///etc/hosts')),
      socket: await tried(
        () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`ws://127.0.0.1:${to}/page`);
            socket.onopen = resolve;
            socket.onerror = reject;
          }),
      ),
    };
  }, port);
  server.closeAllConnections();
  server.close();
  expect(outcome).toEqual({ eval: 'blocked', fetch: 'blocked', file: 'blocked', socket: 'blocked' });
  expect(asked).toEqual(['GET /here']);
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
