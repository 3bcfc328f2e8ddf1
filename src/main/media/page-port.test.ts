import { MessageChannel, type MessagePort } from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { type MediaPacket, writeVideoHeader } from '../../shared/domain/media-packet.ts';
import { mediaControlSchema } from '../../shared/ipc/envelope.ts';
import { PagePort, type PagePortHandle } from './page-port.ts';

/** Node's port in the shape of Electron's MessagePortMain. */
function asHandle(port: MessagePort): PagePortHandle {
  return {
    on(event: 'message' | 'close', listener: (event: { readonly data: unknown }) => void) {
      if (event === 'message') port.on('message', (data: unknown) => listener({ data }));
      else port.on('close', () => listener({ data: null }));
    },
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

const packets: MediaPacket[] = [];
const changes: boolean[] = [];
const said: string[] = [];
const open = new PagePort({
  onPacket: (packet) => packets.push(packet),
  onChange: (connected) => changes.push(connected),
  log: (_level, message) => said.push(message),
});
afterEach(() => {
  open.close();
  packets.length = changes.length = said.length = 0;
});

function attach() {
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port2.on('message', (data) => heard.push(data));
  open.accept(asHandle(port1));
  return { page: port2, heard };
}

function packet(size = 100): Uint8Array {
  const bytes = new Uint8Array(size);
  writeVideoHeader(new DataView(bytes.buffer), true, 640, 360, 3, 1000);
  return bytes;
}

const settled = (check: () => void) => vi.waitFor(check, { interval: 5 });

test('packets arrive, and the page is told what was taken', async () => {
  const { page, heard } = attach();
  page.postMessage(packet());
  page.postMessage(packet(60));
  await settled(() => expect(packets).toHaveLength(2));
  expect(packets[0]).toMatchObject({ kind: 'video', epoch: 3 });
  await settled(() => expect(heard).toHaveLength(1));
  expect(mediaControlSchema.parse(JSON.parse(String(heard[0])))).toEqual({ type: 'taken', bytes: 160 });
  page.postMessage(packet(300_000));
  await settled(() => expect(heard).toHaveLength(2));
  expect(JSON.parse(String(heard[1]))).toEqual({ type: 'taken', bytes: 300_160 });
  open.send({ type: 'key-frame', rendition: 'main' });
  await settled(() => expect(heard).toHaveLength(3));
  expect(changes).toEqual([true]);
});

test('a new port takes the place of the one before; one that closes is a page that is gone', async () => {
  const first = attach();
  const closed = new Promise((resolve) => first.page.once('close', resolve));
  const second = attach();
  await closed;
  second.page.postMessage(packet());
  await settled(() => expect(packets).toHaveLength(1));
  expect(open.connected).toBe(true);
  second.page.close();
  await settled(() => expect(open.connected).toBe(false));
  expect(changes).toEqual([true, true, false]);
  open.send({ type: 'key-frame', rendition: 'main' });
});

test('what is no packet is said once, and too much of it ends the page', async () => {
  const { page } = attach();
  page.postMessage('hello');
  page.postMessage(new Uint8Array(3));
  page.postMessage(packet());
  await settled(() => expect(packets).toHaveLength(1));
  expect(said).toEqual(['media port: a message is no packet']);
  const closed = new Promise((resolve) => page.once('close', resolve));
  for (let i = 0; i < 20; i++) page.postMessage({ i });
  await closed;
  expect(open.connected).toBe(false);
  expect(said).toHaveLength(1);
});

test('no message of any kind throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.uint8Array({ maxLength: 40 })), (data) => {
      let take: (event: { readonly data: unknown }) => void = () => undefined;
      open.accept({
        on: (event: string, listener: (event: { readonly data: unknown }) => void) => {
          if (event === 'message') take = listener;
        },
        postMessage: () => undefined,
        start: () => undefined,
        close: () => undefined,
      });
      take({ data });
    }),
  );
});
