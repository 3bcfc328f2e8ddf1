import { describe, expect, test } from 'vitest';
import { appNotice } from '../../shared/ipc/app.ts';
import { destinationsRemove, destinationsSnapshot } from '../../shared/ipc/destinations.ts';
import type { ReplyEnvelope } from '../../shared/ipc/envelope.ts';
import { avatarUpload } from '../../shared/ipc/library.ts';
import { createClient } from './client.ts';
import type { TransportListener } from './transport.ts';

const HELLO = { version: '1', host: 'browser', mode: 'studio', secrets: 'file' };

function setUp(uploadReply?: ReplyEnvelope) {
  const sent: { id: number; command: string; payload: unknown }[] = [];
  const uploads: unknown[] = [];
  let listener: TransportListener | undefined;
  const client = createClient({
    start: (given) => {
      listener = given;
    },
    send: (text) => sent.push(JSON.parse(text)),
    upload: async (name, meta, bytes) => {
      uploads.push({ name, meta, size: bytes.size });
      return uploadReply;
    },
    close: () => undefined,
  });
  const reply = (envelope: ReplyEnvelope) => listener!.message(JSON.stringify(envelope));
  const open = async () => {
    listener!.opened();
    reply({ type: 'result', id: sent.at(-1)!.id, result: HELLO });
    await Promise.resolve();
  };
  return { client, sent, uploads, reply, open, listener: listener! };
}

test('hello goes first, calls made before wait for its answer', async () => {
  const { client, sent, open, reply } = setUp();
  const removed = client.call(destinationsRemove, { id: 'a' });
  expect(sent).toEqual([]);
  await open();
  expect(sent.map(({ command }) => command)).toEqual(['app.hello', 'destinations.remove']);
  reply({ type: 'result', id: sent[1]!.id, result: {} });
  expect(await removed).toEqual({});
  expect(client.connected).toBe(true);
});

test('a refusal keeps its reason', async () => {
  const { client, sent, open, reply } = setUp();
  await open();
  const removed = client.call(destinationsRemove, { id: 'a' });
  reply({ type: 'error', id: sent.at(-1)!.id, error: { reason: 'destination.not-found' } });
  await expect(removed).rejects.toMatchObject({ reason: 'destination.not-found' });
});

describe('a lost connection', () => {
  test('rejects what was asked, refuses more, says hello again when it is back', async () => {
    const { client, sent, open, listener } = setUp();
    const states: string[] = [];
    client.connection.subscribe(() => states.push(client.connection.state));
    await open();
    const removed = client.call(destinationsRemove, { id: 'a' });
    listener.closed();
    await expect(removed).rejects.toMatchObject({ reason: 'ipc.disconnected' });
    await expect(client.call(destinationsRemove, { id: 'a' })).rejects.toMatchObject({
      reason: 'ipc.disconnected',
    });
    const before = sent.length;
    await open();
    expect(sent.slice(before).map(({ command }) => command)).toEqual(['app.hello']);
    expect(states).toEqual(['open', 'lost', 'open']);
  });

  test('before the first hello is answered keeps early calls waiting', async () => {
    const { client, sent, open, reply, listener } = setUp();
    const removed = client.call(destinationsRemove, { id: 'a' });
    listener.closed();
    listener.opened();
    listener.closed();
    expect(client.connection.state).toBe('connecting');
    await open();
    reply({ type: 'result', id: sent.at(-1)!.id, result: {} });
    expect(await removed).toEqual({});
  });
});

describe('events', () => {
  test('the last snapshot is given to who listens later, a transient event is not', async () => {
    const { client, open, reply } = setUp();
    await open();
    reply({ type: 'event', event: 'destinations.snapshot', payload: { destinations: [] } });
    reply({
      type: 'event',
      event: 'app.notice',
      payload: { id: 1, level: 'info', reason: 'media.crashed', detail: null },
    });
    const heard: unknown[] = [];
    const end = client.on(destinationsSnapshot, (payload) => heard.push(payload));
    client.on(appNotice, (payload) => heard.push(payload));
    expect(heard).toEqual([{ destinations: [] }]);
    end();
    reply({ type: 'event', event: 'destinations.snapshot', payload: { destinations: [] } });
    expect(heard).toHaveLength(1);
  });
});

describe('uploads', () => {
  test('say their meta as text and answer like commands', async () => {
    const { client, uploads } = setUp({ type: 'result', id: 0, result: { id: 'x' } });
    expect(await client.upload(avatarUpload, { name: 'a' }, new Blob(['abc']))).toEqual({ id: 'x' });
    expect(uploads).toEqual([{ name: 'avatar', meta: { name: 'a' }, size: 3 }]);
  });

  test('too many bytes do not leave, a refusal keeps its reason', async () => {
    const { client, uploads } = setUp({ type: 'error', id: 0, error: { reason: 'avatar.truncated' } });
    const small = { ...avatarUpload, maxBytes: 2 };
    await expect(client.upload(small, { name: 'a' }, new Blob(['abc']))).rejects.toMatchObject({
      reason: 'ipc.too-big',
    });
    expect(uploads).toEqual([]);
    await expect(client.upload(avatarUpload, { name: 'a' }, new Blob(['abc']))).rejects.toMatchObject({
      reason: 'avatar.truncated',
    });
  });
});
