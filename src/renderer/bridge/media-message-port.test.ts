import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { createMessageMediaPort } from './media-message-port.ts';
import { openMediaPort } from './open-media-port.ts';

const settled = (check: () => void) => vi.waitFor(check, { interval: 5 });

function setUp() {
  const port = createMessageMediaPort();
  const heard: string[] = [];
  port.onOpen(() => heard.push('open'));
  port.onControl((control) => heard.push(control.type));
  const attach = () => {
    const { port1, port2 } = new MessageChannel();
    const received: unknown[] = [];
    port2.onmessage = ({ data }) => received.push(data);
    port.attach(port1);
    return { media: port2, received };
  };
  return { port, heard, attach };
}

test('a packet goes as a copy of its own size, and the buffer stays the sender’s', async () => {
  const { port, attach } = setUp();
  port.send(new Uint8Array([9]));
  expect([port.open, port.queuedBytes]).toEqual([false, 0]);
  const { received } = attach();
  const buffer = new Uint8Array([0, 1, 2, 3, 4]);
  port.send(buffer.subarray(1, 3));
  buffer.fill(7);
  await settled(() => expect(received).toHaveLength(1));
  const [packet] = received as Uint8Array[];
  expect([...packet!]).toEqual([1, 2]);
  expect(packet!.buffer.byteLength).toBe(2);
  expect(buffer.byteLength).toBe(5);
  port.close();
});

test('what is queued is what was sent and not taken yet', async () => {
  const { port, heard, attach } = setUp();
  const { media } = attach();
  port.send(new Uint8Array(100));
  port.send(new Uint8Array(50));
  expect(port.queuedBytes).toBe(150);
  media.postMessage('{"type":"taken","bytes":100}');
  await settled(() => expect(port.queuedBytes).toBe(50));
  media.postMessage('{"type":"taken","bytes":1e9}');
  await settled(() => expect(port.queuedBytes).toBe(0));
  media.postMessage('{"type":"key-frame","rendition":"main"}');
  await settled(() => expect(heard).toEqual(['open', 'key-frame']));
  port.close();
});

test('the next port takes the place of the one before, with counts of its own', async () => {
  const { port, heard, attach } = setUp();
  const first = attach();
  port.send(new Uint8Array(100));
  const second = attach();
  expect(heard).toEqual(['open', 'open']);
  expect(port.queuedBytes).toBe(0);
  first.media.postMessage('{"type":"key-frame","rendition":"main"}');
  port.send(new Uint8Array([5]));
  await settled(() => expect(second.received).toHaveLength(1));
  expect(first.received.length).toBeLessThanOrEqual(1);
  expect(heard).toEqual(['open', 'open']);
  second.media.close();
  await settled(() => expect(port.open).toBe(false));
  expect(port.queuedBytes).toBe(0);
  port.send(new Uint8Array(10));
  port.close();
  const late = attach();
  expect(port.open).toBe(false);
  late.media.close();
});

test('no message of the other end does harm', async () => {
  const { port, heard, attach } = setUp();
  const { media } = attach();
  port.send(new Uint8Array(100));
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ type: fc.constantFrom('taken', 'no'), bytes: fc.double() })
      .map((value) => JSON.stringify(value)),
  );
  for (const bad of [
    ...fc.sample(text, 200),
    null,
    5,
    { type: 'key-frame' },
    '{"type":"taken","bytes":-5}',
  ]) {
    media.postMessage(bad);
  }
  media.postMessage('{"type":"key-frame","rendition":"main"}');
  await settled(() => expect(heard).toEqual(['open', 'key-frame']));
  expect(port.queuedBytes).toBeGreaterThanOrEqual(0);
  expect(port.queuedBytes).toBeLessThanOrEqual(100);
  port.close();
});

test('the address says which kind it is', () => {
  const port = openMediaPort({ transport: 'message-port' });
  const { port1, port2 } = new MessageChannel();
  port.attach(port1);
  expect(port.open).toBe(true);
  port.close();
  port2.close();
});
