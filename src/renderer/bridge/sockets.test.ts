import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import { SOCKET_REPLACED } from '../../shared/ipc/envelope.ts';
import { mediaSocketAddress, openMediaSocket } from './media-socket.ts';
import { createSocketTransport } from './socket-transport.ts';

let http: Server;
let sockets: WebSocketServer;
let origin: string;

beforeEach(async () => {
  http = createServer();
  sockets = new WebSocketServer({ server: http });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  origin = `http://127.0.0.1:${address.port}`;
});
afterEach(() => {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  http.close();
});

const nextSocket = () => new Promise<ServerSocket>((resolve) => sockets.once('connection', resolve));

function listen() {
  const heard: string[] = [];
  const waiting: (() => void)[] = [];
  const note = (text: string) => {
    heard.push(text);
    for (const wake of waiting.splice(0)) wake();
  };
  const until = async (length: number) => {
    while (heard.length < length) await new Promise<void>((resolve) => waiting.push(resolve));
    return heard;
  };
  return { heard, note, until };
}

test('the transport speaks, and connects again when the socket drops', async () => {
  const { note, until } = listen();
  const transport = createSocketTransport(origin);
  const first = nextSocket();
  transport.start({ opened: () => note('opened'), message: note, closed: () => note('closed') });
  const server = await first;
  server.send('hello page');
  await until(2);
  const said = once(server, 'message');
  transport.send('hello main');
  expect(String((await said)[0])).toBe('hello main');
  const second = nextSocket();
  server.terminate();
  await second;
  expect(await until(4)).toEqual(['opened', 'hello page', 'closed', 'opened']);
  transport.close();
});

test('a page whose place was taken stays away', async () => {
  const { note, until } = listen();
  const transport = createSocketTransport(origin);
  let connections = 0;
  sockets.on('connection', (socket) => {
    connections++;
    socket.close(SOCKET_REPLACED);
  });
  transport.start({ opened: () => note('opened'), message: note, closed: () => note('closed') });
  await until(2);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(connections).toBe(1);
});

test('the media socket carries packets and control, and finds the next media process', async () => {
  const { note, until } = listen();
  const first = nextSocket();
  const port = openMediaSocket(mediaSocketAddress(origin));
  port.send(new Uint8Array([9]));
  port.onOpen(() => note('open'));
  port.onControl((control) => note(control.type));
  const server = await first;
  await until(1);
  const packet = once(server, 'message');
  port.send(new Uint8Array([1, 2, 3]));
  expect([...((await packet)[0] as Buffer)]).toEqual([1, 2, 3]);
  server.send('{"type":"key-frame","rendition":"main"}');
  await until(2);
  const second = nextSocket();
  server.terminate();
  await second;
  expect(await until(3)).toEqual(['open', 'key-frame', 'open']);
  expect(port.open).toBe(true);
  expect(port.queuedBytes).toBe(0);
  port.close();
});
