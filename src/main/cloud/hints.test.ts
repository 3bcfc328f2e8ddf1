import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Tokens } from '../services/account/ports.ts';
import { createChangeHints } from './hints.ts';

const USER = '11111111-1111-4111-8111-111111111111';
const tokens: Tokens = { token: async () => 'token', refused: () => undefined };

let server: WebSocketServer;
let url: string;
let open: WebSocket[];
let joins: number;
let answer: (socket: WebSocket, joinRef: string, ref: string, topic: string) => void;

/** What Realtime says to a channel that it takes. */
function accept(socket: WebSocket, joinRef: string, ref: string, topic: string): void {
  const bindings = ['users', 'user_subscriptions'].map((table, i) => ({
    ...{ id: i + 1, event: '*', schema: 'public', table },
    filter: `${i === 0 ? 'id' : 'user_id'}=eq.${USER}`,
  }));
  const reply = { status: 'ok', response: { postgres_changes: bindings } };
  socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', reply]));
}

beforeEach(async () => {
  open = [];
  joins = 0;
  answer = accept;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', (socket) => {
    open.push(socket);
    socket.on('message', (data) => {
      const [joinRef, ref, topic, event] = JSON.parse(String(data)) as [string, string, string, string];
      if (event !== 'phx_join') return;
      joins++;
      answer(socket, joinRef, ref, topic);
    });
  });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  url = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  for (const socket of open) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function listen() {
  const heard = { hints: 0 };
  const stop = createChangeHints({ config: { url, key: 'key' }, tokens, firstWaitMs: 10 }).listen(
    USER,
    () => heard.hints++,
  );
  return { heard, stop };
}

test('a connection that is cut is made anew, and that is a hint, too', async () => {
  const { heard, stop } = listen();
  await vi.waitFor(() => expect(heard.hints).toBe(1));
  open[0]?.terminate();
  await vi.waitFor(() => expect(heard.hints).toBe(2));
  open[1]?.close(1011);
  await vi.waitFor(() => expect(heard.hints).toBe(3));
  stop();
  await vi.waitFor(() => expect(server.clients.size).toBe(0));
  expect(heard.hints).toBe(3);
  expect(joins).toBe(3);
});

test('a channel that is refused is tried again, quietly', async () => {
  answer = (socket, joinRef, ref, topic) => {
    if (joins > 2) return accept(socket, joinRef, ref, topic);
    const reply = { status: 'error', response: { reason: 'InvalidJWTExpiration: Token has expired' } };
    socket.send(JSON.stringify([joinRef, ref, topic, 'phx_reply', reply]));
  };
  const { heard, stop } = listen();
  await vi.waitFor(() => expect(heard.hints).toBe(1));
  expect(joins).toBe(3);
  stop();
  await vi.waitFor(() => expect(server.clients.size).toBe(0));
});

test('what comes after it was stopped is no hint, at any moment of the way', async () => {
  answer = (socket, joinRef, ref, topic) => {
    stop();
    accept(socket, joinRef, ref, topic);
  };
  const { heard, stop } = listen();
  await vi.waitFor(() => expect(joins).toBe(1));
  await vi.waitFor(() => expect(server.clients.size).toBe(0));
  listen().stop();
  expect(heard.hints).toBe(0);
});
