import { expect, test } from 'vitest';
import type { VmcSnapshot } from '../../../shared/ipc/vmc.ts';
import type { VmcNetwork } from './ports.ts';
import { VmcService, type VmcWanted } from './vmc-service.ts';

const PORT = 39_539;

/** A network in which every host has the address it is called, and `localhost` the one given. */
function create(localhost = '127.0.0.1') {
  const open = new Set<string>();
  const line = (name: string) => {
    open.add(name);
    return async () => void open.delete(name);
  };
  const network: VmcNetwork = {
    openReceiver: async ({ port }) => ({
      take: () => ({ accepted: 0, refused: 0, from: null }),
      collect: () => null,
      close: line(`receive ${port}`),
    }),
    openSender: async ({ host, port }) => ({
      address: host === 'localhost' ? localhost : host,
      setExpressions: () => {},
      pose: () => {},
      take: () => 0,
      close: line(`send ${host}:${port}`),
    }),
  };
  let snapshot: VmcSnapshot | null = null;
  let wantsPoses = false;
  const service = new VmcService({
    network,
    publish: (next) => {
      snapshot = next;
    },
    onPose: () => {},
    wantPoses: (on) => {
      wantsPoses = on;
    },
  });
  const follow = async (vmc: VmcWanted['vmc']) => {
    service.follow({ vmc, expressions: [], panic: false });
    await service.settled();
    return { send: snapshot?.send.state, reason: snapshot?.send.reason, wantsPoses };
  };
  return { service, follow, open };
}

const REFUSED = { send: 'failed', reason: 'vmc.own-port', wantsPoses: false };
const READY = { send: 'waiting', reason: null, wantsPoses: true };

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['127.1.2.3', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::1', '127.0.0.1'],
  ['::ffff:127.0.0.1', '127.0.0.1'],
  ['localhost', '127.0.0.1'],
  ['localhost', '::1'],
])('sending to %s (%s) on the port that is listened on is refused', async (host, localhost) => {
  const { service, follow, open } = create(localhost);
  const send = { on: true, host, port: PORT };
  expect(await follow({ receive: { on: true, port: PORT }, send })).toEqual(REFUSED);
  expect([...open]).toEqual([`receive ${PORT}`]);
  await service.close();
});

test('another machine, another port and a port that is not listened on are no circle', async () => {
  const { service, follow, open } = create();
  const receive = { on: true, port: PORT };
  const here = { on: true, host: 'localhost', port: PORT };
  expect(await follow({ receive, send: { ...here, host: '192.168.1.20' } })).toEqual(READY);
  expect(await follow({ receive, send: { ...here, port: PORT + 1 } })).toEqual(READY);
  expect(await follow({ receive, send: here })).toEqual(REFUSED);
  expect(await follow({ receive: { ...receive, on: false }, send: here })).toEqual(READY);
  expect(await follow({ receive, send: here })).toEqual(REFUSED);
  expect(await follow({ receive: { on: true, port: PORT + 1 }, send: here })).toEqual(READY);
  await service.close();
  expect(open.size).toBe(0);
});
