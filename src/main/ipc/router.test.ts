import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReasonError } from '../../shared/errors.ts';
import { appHello, appNotice } from '../../shared/ipc/app.ts';
import { destinationsRemove, destinationsSave, destinationsSnapshot } from '../../shared/ipc/destinations.ts';
import { type ReplyEnvelope, replyEnvelopeSchema } from '../../shared/ipc/envelope.ts';
import { avatarUpload } from '../../shared/ipc/library.ts';
import { streamGoLive } from '../../shared/ipc/stream.ts';
import { studioConfigure } from '../../shared/ipc/studio.ts';
import { type Log, type LogFields, silentLog } from '../logging/log.ts';
import { redactAddresses } from '../logging/redact.ts';
import { HELLO } from './fake-page.ts';
import { Router } from './router.ts';

function recordingLog(): { log: Log; errors: { message: string; fields?: LogFields }[] } {
  const errors: { message: string; fields?: LogFields }[] = [];
  return { errors, log: { ...silentLog, error: (message, fields) => errors.push({ message, fields }) } };
}

function setUp() {
  const { log, errors } = recordingLog();
  const router = new Router({ log, redact: redactAddresses });
  router.handle(appHello, () => HELLO);
  const page = () => {
    const sent: ReplyEnvelope[] = [];
    const connection = router.connect({
      send: (text) => sent.push(replyEnvelopeSchema.parse(JSON.parse(text))),
    });
    const call = async (id: number, command: string, payload: unknown) => {
      await connection.receive(JSON.stringify({ id, command, payload }));
      return sent.find((reply) => reply.type !== 'event' && reply.id === id);
    };
    return { sent, call, connection, hello: () => call(0, 'app.hello', { protocol: 1 }) };
  };
  return { router, errors, page };
}

test('the last page that was greeted and goes is told of, a stranger is not', async () => {
  const { router, page } = setUp();
  let gone = 0;
  router.onPageGone(() => gone++);
  const [stranger, first, second] = [page(), page(), page()];
  stranger.connection.closed();
  await first.hello();
  await second.hello();
  first.connection.closed();
  first.connection.closed();
  expect(gone).toBe(0);
  second.connection.closed();
  expect(gone).toBe(1);
});

test('the output page is switched by its own command only', () => {
  expect(studioConfigure.request.safeParse({ mirror: true }).success).toBe(true);
  expect(studioConfigure.request.safeParse({ output: true }).success).toBe(false);
});

describe('sender', () => {
  test('nothing is answered or published before hello', async () => {
    const { router, page } = setUp();
    router.handle(destinationsRemove, () => ({}));
    router.publish(destinationsSnapshot, { destinations: [] });
    const client = page();
    expect(await client.call(1, 'destinations.remove', { id: 'x' })).toMatchObject({
      type: 'error',
      error: { reason: 'ipc.not-allowed' },
    });
    expect(client.sent).toHaveLength(1);
    expect(() => router.acceptUpload('avatar', { name: 'a' })).toThrow(/ipc.not-allowed/);
  });

  test('a hello of another protocol is refused', async () => {
    const { page } = setUp();
    expect(await page().call(1, 'app.hello', { protocol: 2 })).toMatchObject({
      error: { reason: 'ipc.bad-payload' },
    });
  });

  test('a closed page gets nothing more, even for a command it sent before', async () => {
    const { router, page } = setUp();
    let release = () => {};
    router.handle(destinationsRemove, () => new Promise((resolve) => (release = () => resolve({}))));
    const client = page();
    await client.hello();
    const answered = client.connection.receive(
      '{"id":4,"command":"destinations.remove","payload":{"id":"x"}}',
    );
    client.connection.closed();
    release();
    await answered;
    router.publish(destinationsSnapshot, { destinations: [] });
    expect(client.sent).toHaveLength(1);
  });
});

describe('commands', () => {
  test('a handler gets parsed data, defaults included', async () => {
    const { router, page } = setUp();
    let seen: unknown;
    router.handle(destinationsSave, (payload) => {
      seen = payload;
      return {
        id: '1',
        name: payload.name,
        url: payload.url,
        hasKey: true,
        isDefault: payload.isDefault,
        service: null,
      };
    });
    const client = page();
    await client.hello();
    expect(
      await client.call(5, 'destinations.save', { name: ' Main ', url: 'rtmp://a/b', extra: 1 }),
    ).toMatchObject({
      type: 'result',
      id: 5,
      result: { name: 'Main' },
    });
    expect(seen).toEqual({ name: 'Main', url: 'rtmp://a/b', isDefault: false });
  });

  test('a bad payload never reaches the handler and its values are not repeated', async () => {
    const { router, page } = setUp();
    router.handle(destinationsSave, () => {
      throw new Error('reached');
    });
    const client = page();
    await client.hello();
    const reply = await client.call(1, 'destinations.save', { name: 'a', url: 'b', key: ['hush-hush'] });
    expect(reply).toMatchObject({ error: { reason: 'ipc.bad-payload', detail: 'key: invalid_type' } });
    expect(JSON.stringify(reply)).not.toContain('hush');
  });

  test('a ReasonError keeps its reason and its detail is redacted', async () => {
    const { router, page, errors } = setUp();
    router.handle(streamGoLive, () => {
      throw new ReasonError('destination.refused', 'rtmp://h/app/secret refused');
    });
    const client = page();
    await client.hello();
    expect(await client.call(1, 'stream.goLive', { destinationIds: ['a'] })).toMatchObject({
      error: { reason: 'destination.refused', detail: 'rtmp://h/app/•••• refused' },
    });
    expect(errors).toEqual([]);
  });

  test('anything else is unexpected, logged, and answered', async () => {
    const { router, page, errors } = setUp();
    router.handle(destinationsRemove, () => Promise.reject(new TypeError('boom')));
    const client = page();
    await client.hello();
    expect(await client.call(1, 'destinations.remove', { id: 'a' })).toMatchObject({
      error: { reason: 'internal.unexpected', detail: 'boom' },
    });
    expect(errors).toHaveLength(1);
  });

  test('an answer that breaks the contract is a bug of ours', async () => {
    const { router, page, errors } = setUp();
    // What a service could only do by escaping the types, say with a row it did not check.
    const wrong: { sessionId: string } = JSON.parse('{"sessionId":1}');
    router.handle(streamGoLive, () => wrong);
    const client = page();
    await client.hello();
    expect(await client.call(1, 'stream.goLive', { destinationIds: ['a'] })).toMatchObject({
      error: { reason: 'internal.unexpected' },
    });
    expect(errors).toHaveLength(1);
  });

  test('an answer carries the fields of the contract only', async () => {
    const { router, page } = setUp();
    const row = {
      id: '1',
      name: 'a',
      url: 'u',
      hasKey: true,
      isDefault: false,
      service: null,
      key: 'hush-hush',
    };
    router.handle(destinationsSave, () => row);
    const client = page();
    await client.hello();
    await client.call(1, 'destinations.save', { name: 'a', url: 'u' });
    expect(JSON.stringify(client.sent)).not.toContain('hush-hush');
  });

  test('unknown commands, and names of the prototype, are named as such', async () => {
    const { page } = setUp();
    const client = page();
    await client.hello();
    for (const name of ['no.such', '__proto__', 'constructor', 'toString']) {
      expect(await client.call(7, name, {})).toMatchObject({ error: { reason: 'ipc.unknown-command' } });
      client.sent.length = 0;
    }
  });

  test('a command has one handler, and unbound names are told', () => {
    const { router } = setUp();
    expect(() => router.handle(appHello, () => HELLO)).toThrow(/already/);
    expect(router.unbound()).toContain('stream.stop');
    expect(router.unbound()).not.toContain('app.hello');
  });

  test('garbage is refused and the page stays served', async () => {
    const { page, errors } = setUp();
    const client = page();
    await client.hello();
    const garbage = fc.oneof(
      fc.string(),
      fc.json(),
      fc.anything().map((value) => JSON.stringify(value) ?? ''),
      fc
        .record({ id: fc.anything(), command: fc.anything(), payload: fc.anything() })
        .map((value) => JSON.stringify(value)),
      fc
        .record({ id: fc.nat(), command: fc.string(), payload: fc.json() })
        .map((value) => JSON.stringify(value)),
    );
    await fc.assert(
      fc.asyncProperty(garbage, async (text) => {
        client.sent.length = 0;
        await client.connection.receive(text);
        expect(client.sent).toHaveLength(1);
        expect(client.sent[0]!.type).toBe('error');
      }),
      { numRuns: 500 },
    );
    expect(errors).toEqual([]);
    expect(await client.call(9, 'app.hello', { protocol: 1 })).toMatchObject({ type: 'result' });
  });
});

describe('events', () => {
  test('a new page gets the last snapshot of each event, and no transient one', async () => {
    const { router, page } = setUp();
    const destination = { id: '1', name: 'a', url: 'u', hasKey: true, isDefault: true, service: null };
    router.publish(destinationsSnapshot, { destinations: [] });
    router.publish(destinationsSnapshot, { destinations: [destination] });
    router.publish(appNotice, { id: 1, level: 'info', reason: 'media.crashed', detail: null });
    const client = page();
    await client.hello();
    expect(client.sent.slice(1)).toEqual([
      { type: 'event', event: 'destinations.snapshot', payload: { destinations: [destination] } },
    ]);
    router.publish(appNotice, { id: 2, level: 'info', reason: 'media.crashed', detail: null });
    expect(client.sent).toHaveLength(3);
  });

  test('a payload that breaks the contract is logged and not sent', async () => {
    const { router, page, errors } = setUp();
    const client = page();
    await client.hello();
    router.publish(destinationsSnapshot, JSON.parse('{"destinations":[{"id":1}]}'));
    expect(client.sent).toHaveLength(1);
    expect(errors).toHaveLength(1);
  });
});

describe('uploads', () => {
  test('are accepted by name and meta, then finished with the bytes', async () => {
    const { router, page } = setUp();
    router.receive(avatarUpload, (meta, bytes) => ({ id: `${meta.name}:${bytes.byteLength}` }));
    await page().hello();
    const accepted = router.acceptUpload('avatar', { name: 'a' });
    expect(accepted.maxBytes).toBe(avatarUpload.maxBytes);
    expect(await accepted.finish(Readable.from([new Uint8Array(1), new Uint8Array(2)]))).toEqual({
      id: 'a:3',
    });
    expect(() => router.acceptUpload('avatar', {})).toThrow(/ipc.bad-payload/);
    expect(() => router.acceptUpload('other', {})).toThrow(/ipc.unknown-command/);
  });
});
