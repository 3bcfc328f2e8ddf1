import { afterEach, expect, test, vi } from 'vitest';
import { type ElectronBridge, MEDIA_PORT } from '../../shared/ipc/electron-bridge.ts';
import { createElectronTransport } from './electron-transport.ts';
import { createHostTransport, hostMediaAddress, MediaPortInbox } from './host.ts';

afterEach(() => vi.unstubAllGlobals());

function fakeBridge() {
  const sent: string[] = [];
  let tell: (text: string) => void = () => undefined;
  const bridge: ElectronBridge = {
    send: (text) => sent.push(text),
    onMessage: (listener) => {
      tell = listener;
    },
  };
  return { bridge, sent, tell: (text: string) => tell(text) };
}

test('the Electron transport is open at once and ends for good', () => {
  const { bridge, sent, tell } = fakeBridge();
  const heard: string[] = [];
  const transport = createElectronTransport(bridge, 'app://studio');
  transport.start({
    opened: () => heard.push('opened'),
    message: (text) => heard.push(text),
    closed: () => heard.push('closed'),
  });
  transport.send('to main');
  tell('to page');
  transport.close();
  transport.send('late');
  tell('late');
  expect(heard).toEqual(['opened', 'to page']);
  expect(sent).toEqual(['to main']);
});

test('an upload is posted to the page’s own origin; one that cannot be sent has a reason', async () => {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (address: URL, init: RequestInit) => {
    asked.push(`${init.method} ${address.href}`);
    if (asked.length > 1) throw new TypeError('gone');
    return Response.json({ type: 'result', id: 0, result: { id: 'x' } });
  });
  const transport = createElectronTransport(fakeBridge().bridge, 'app://studio');
  const upload = () => transport.upload('avatar', { name: 'a&b' }, new Blob(['x']));
  expect(await upload()).toEqual({ type: 'result', id: 0, result: { id: 'x' } });
  expect(asked).toEqual(['POST app://studio/upload/avatar?name=a%26b']);
  await expect(upload()).rejects.toMatchObject({ reason: 'ipc.disconnected' });
});

test('the host is told by what the preload made', () => {
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:5000' });
  vi.stubGlobal('window', {});
  expect(hostMediaAddress()).toEqual({ transport: 'socket', url: 'ws://127.0.0.1:5000/media' });
  vi.stubGlobal('window', { vida3: fakeBridge().bridge, addEventListener: () => undefined });
  expect(hostMediaAddress()).toEqual({ transport: 'message-port' });
  expect(createHostTransport()).toBeDefined();
});

function setUpInbox() {
  let take: (event: unknown) => void = () => undefined;
  const page = {
    location: { origin: 'app://studio' },
    addEventListener: (_type: string, listener: unknown) => {
      take = listener as (event: unknown) => void;
    },
  };
  const inbox = new MediaPortInbox(page);
  const good = (port: MessagePort) => ({
    source: page,
    origin: 'app://studio',
    data: MEDIA_PORT,
    ports: [port],
  });
  return { inbox, good, take: (event: unknown) => take(event) };
}

test('media ports are taken from this window only', () => {
  const { inbox, good, take } = setUpInbox();
  const { port1, port2 } = new MessageChannel();
  const heard: MessagePort[] = [];
  const end = inbox.onPort((port) => heard.push(port));
  for (const bad of [
    { ...good(port1), source: {} },
    { ...good(port1), source: null },
    { ...good(port1), origin: 'https://elsewhere.example' },
    { ...good(port1), data: 'vida3:other' },
    { ...good(port1), ports: [] },
  ]) {
    take(bad);
  }
  expect(heard).toEqual([]);
  take(good(port1));
  expect(heard).toEqual([port1]);
  end();
  take(good(port2));
  expect(heard).toHaveLength(1);
  port1.close();
  port2.close();
});

test('a port that comes before anybody wants it waits; a newer one takes its place', async () => {
  const { inbox, good, take } = setUpInbox();
  const [early, newer] = [new MessageChannel(), new MessageChannel()];
  const closed = new Promise((resolve) => early.port2.addEventListener('close', resolve));
  take(good(early.port1));
  take(good(newer.port1));
  const heard: MessagePort[] = [];
  inbox.onPort((port) => heard.push(port));
  expect(heard).toEqual([newer.port1]);
  inbox.onPort((port) => heard.push(port));
  expect(heard).toHaveLength(1);
  await closed;
  newer.port1.close();
});
