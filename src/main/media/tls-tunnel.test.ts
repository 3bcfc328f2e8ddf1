import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { TlsTunnel } from './tls-tunnel.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server without TLS: what is below it is the tunnel's business here, its certificates are the dialler's. */
async function peer(): Promise<{ port: number; accepted: Promise<Socket> }> {
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection').then(([socket]) => socket as Socket);
  closers.push(() => {
    server.close();
    void accepted.then((socket) => socket.destroy());
  });
  const address = server.address();
  if (!address || typeof address === 'string') throw new Error('no port');
  return { port: address.port, accepted };
}

async function open() {
  const { port, accepted } = await peer();
  const tunnel = await TlsTunnel.open({ protocol: 'rtmp', host: '127.0.0.1', port }, { timeoutMs: 5_000 });
  const far = await accepted;
  far.on('error', () => undefined);
  return { tunnel, far };
}

async function join(tunnel: TlsTunnel): Promise<Socket> {
  const near = connect(tunnel.port, '127.0.0.1');
  near.on('error', () => undefined);
  await once(near, 'connect');
  closers.push(() => near.destroy());
  return near;
}

describe('the port of a tunnel', () => {
  test('carries both ways, and the rest before it closes', async () => {
    const { tunnel, far } = await open();
    const near = await join(tunnel);
    const chunks: Buffer[] = [];
    far.on('data', (bytes: Buffer) => chunks.push(bytes));
    far.write('hello');
    expect(String((await once(near, 'data'))[0])).toBe('hello');
    const much = Buffer.alloc(3_000_000, 7);
    near.end(much);
    await once(near, 'finish');
    expect(await tunnel.close(5_000)).toBe(true);
    if (!far.readableEnded) await once(far, 'end');
    expect(Buffer.concat(chunks).equals(much)).toBe(true);
  });

  test('is for one', async () => {
    const { tunnel } = await open();
    await join(tunnel);
    const second = await join(tunnel);
    await once(second, 'close');
    await tunnel.close(0);
  });

  test('ends when the server does, also before anybody has come', async () => {
    const { tunnel, far } = await open();
    far.end();
    const near = await join(tunnel);
    near.resume();
    await once(near, 'close');
    await tunnel.close(0);
  });

  test('says that nothing goes on, and that a rest was left', async () => {
    const { tunnel, far } = await open();
    far.pause();
    const near = await join(tunnel);
    expect(tunnel.stuckMs).toBe(0);
    near.write(Buffer.alloc(30_000_000));
    while (tunnel.stuckMs < 200) await new Promise((resolve) => setTimeout(resolve, 20));
    near.end();
    expect(await tunnel.close(100)).toBe(false);
  });

  test('is gone after it was closed', async () => {
    const { tunnel, far } = await open();
    far.resume();
    const closed = once(far, 'close');
    await tunnel.close(0);
    await closed;
    const late = connect(tunnel.port, '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
