import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { toBuffer } from 'osc-min';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VmcService, type VmcWanted } from '../src/main/services/vmc/vmc-service.ts';
import { openReceiver } from '../src/main/vmc/receiver.ts';
import { openSender } from '../src/main/vmc/sender.ts';
import { ARKIT_INDEX } from '../src/shared/domain/arkit.ts';
import {
  AVATAR_POSE_WIRE_VALUES,
  createAvatarPose,
  writeAvatarPose,
} from '../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX } from '../src/shared/domain/human-bones.ts';
import { type VmcPose, type VmcSnapshot, vmcPose, vmcSnapshot } from '../src/shared/ipc/vmc.ts';

/** VMC over real sockets of this machine, both directions of the service, without a browser. */
let snapshots: VmcSnapshot[];
let poses: VmcPose[];
let wanted: boolean[];
let services: VmcService[];
let sockets: Socket[];

beforeEach(() => {
  snapshots = [];
  poses = [];
  wanted = [];
  services = [];
  sockets = [];
});
afterEach(async () => {
  await Promise.all(services.map((service) => service.close()));
  await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
});

function create(): VmcService {
  const service = new VmcService({
    network: { openReceiver, openSender },
    publish: (snapshot) => snapshots.push(vmcSnapshot.payload.parse(snapshot)),
    onPose: (pose) => poses.push(vmcPose.payload.parse(pose)),
    wantPoses: (on) => wanted.push(on),
  });
  services.push(service);
  return service;
}

async function socketOf(address = '127.0.0.1'): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  await new Promise<void>((resolve) => socket.bind(0, address, resolve));
  return { socket, port: (socket.address() as AddressInfo).port };
}

/** A port that is free right now. */
async function freePort(): Promise<number> {
  const { socket, port } = await socketOf();
  sockets = sockets.filter((each) => each !== socket);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const off = { on: false, port: 39_539 };
const wish = (vmc: Partial<VmcWanted['vmc']>, more: Partial<VmcWanted> = {}): VmcWanted => ({
  vmc: { receive: off, send: { on: false, host: '127.0.0.1', port: 39_540 }, ...vmc },
  expressions: [],
  panic: false,
  ...more,
});
const bytesOf = (address: string, ...args: (string | number)[]): Uint8Array => {
  const { buffer, byteOffset, byteLength } = toBuffer({ address, args });
  return new Uint8Array(buffer, byteOffset, byteLength);
};
const head = (y: number) => bytesOf('/VMC/Ext/Bone/Pos', 'Head', 0, 1.4, 0, 0, y, 0, Math.sqrt(1 - y * y));
const put = (socket: Socket, bytes: Uint8Array, port: number) =>
  new Promise<void>((resolve) => socket.send(bytes, port, '127.0.0.1', () => resolve()));

function poseValues(yaw: number): Float32Array {
  const pose = createAvatarPose();
  pose.rotations[HUMAN_BONE_INDEX.head * 4 + 1] = Math.sin(yaw / 2);
  pose.rotations[HUMAN_BONE_INDEX.head * 4 + 3] = Math.cos(yaw / 2);
  pose.channels[ARKIT_INDEX.jawOpen] = 0.5;
  pose.expressions[0] = 1;
  const values = new Float32Array(AVATAR_POSE_WIRE_VALUES);
  writeAvatarPose(pose, values);
  return values;
}

test('a pose goes out of one service and into another; the snapshots say so', async () => {
  const port = await freePort();
  const receiver = create();
  receiver.follow(wish({ receive: { on: true, port } }));
  await receiver.settled();
  const sender = create();
  sender.follow(wish({ send: { on: true, host: '127.0.0.1', port } }, { expressions: ['Smug'] }));
  await sender.settled();
  expect(wanted).toEqual([false, true]);
  const values = poseValues(0.4);
  const timer = setInterval(() => sender.pose(values), 10);
  try {
    await expect
      .poll(() => [
        snapshots.some(({ receive }) => receive.state === 'receiving'),
        snapshots.some(({ send }) => send.state === 'sending'),
      ])
      .toEqual([true, true]);
  } finally {
    clearInterval(timer);
  }
  const received = snapshots.find(({ receive }) => receive.state === 'receiving')!.receive;
  expect(received.from).toMatch(/^127\.0\.0\.1:\d+$/);
  expect([received.port, received.refusedPerSecond]).toEqual([port, 0]);
  const sent = snapshots.find(({ send }) => send.state === 'sending')!.send;
  // At most 30 poses a second however many there are, in a handful of datagrams each.
  expect(sent.packetsPerSecond).toBeLessThan(32 * 10);
  const whole = poses.find(({ bones }) => bones.length === 55 * 5)!;
  const at = HUMAN_BONE_INDEX.head * 5;
  expect(whole.bones[at]).toBe(HUMAN_BONE_INDEX.head);
  expect(whole.bones[at + 2]).toBeCloseTo(Math.sin(0.2), 3);
  expect(poses.at(-1)?.expressions).toEqual({ Smug: 1 });
  const { channels } = poses.at(-1)!;
  expect(channels[channels.indexOf(ARKIT_INDEX.jawOpen) + 1]).toBe(0.5);
});

test('in panic nothing is sent; switched off, nothing is open', async () => {
  const { socket, port } = await socketOf();
  let heard = 0;
  socket.on('message', () => heard++);
  const service = create();
  const send = { on: true, host: 'localhost', port };
  service.follow(wish({ send }, { panic: true }));
  await service.settled();
  service.pose(poseValues(0));
  service.follow(wish({ send }));
  await service.settled();
  service.pose(poseValues(0));
  await expect.poll(() => heard).toBeGreaterThan(5);
  const once = heard;
  service.follow(wish({}));
  await service.settled();
  service.pose(poseValues(0));
  expect(wanted.at(-1)).toBe(false);
  expect(snapshots.at(-1)?.send.state).toBe('off');
  // One picture and no more: the one of the panic never left.
  expect([heard === once, once < 12]).toEqual([true, true]);
});

test('a port that is taken and a host that is none are said, and given up for another', async () => {
  const { port } = await socketOf();
  const service = create();
  service.follow(
    wish({ receive: { on: true, port }, send: { on: true, host: 'no.such.host.invalid', port: 5000 } }),
  );
  await service.settled();
  expect(snapshots.at(-1)).toMatchObject({
    receive: { state: 'failed', reason: 'vmc.port-in-use', port },
    send: { state: 'failed', reason: 'vmc.bad-host' },
  });
  const free = await freePort();
  service.follow(wish({ receive: { on: true, port: free } }));
  await service.settled();
  expect(snapshots.at(-1)).toMatchObject({
    receive: { state: 'waiting', reason: null },
    send: { state: 'off', reason: null },
  });
  // Listens on this machine alone: the same port of another address of it is still free.
  const { socket } = await socketOf('127.0.0.2');
  await expect(
    new Promise<void>((resolve, reject) => {
      const other = createSocket('udp4');
      sockets.push(other);
      other.once('error', reject);
      other.bind(free, '127.0.0.2', resolve);
    }),
  ).resolves.toBeUndefined();
  expect(socket.address()).toMatchObject({ address: '127.0.0.2' });
});

test('a port that became free is had when it is switched off and on again', async () => {
  const { socket, port } = await socketOf();
  const service = create();
  service.follow(wish({ receive: { on: true, port } }));
  await service.settled();
  sockets = sockets.filter((each) => each !== socket);
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  service.follow(wish({}));
  await service.settled();
  service.follow(wish({ receive: { on: true, port } }));
  await service.settled();
  expect(snapshots.at(-1)?.receive).toMatchObject({ state: 'waiting', reason: null });
});

test('bytes of any kind do no harm, and a good packet after them is heard', async () => {
  const port = await freePort();
  const service = create();
  service.follow(wish({ receive: { on: true, port } }));
  await service.settled();
  const { socket } = await socketOf();
  const packets: Uint8Array[] = [];
  const starts = ['', '#bundle\0', '/VMC/Ext/Bone/Pos\0\0\0', '/VMC/Ext/Blend/Val\0\0,sf\0'];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...starts), (bytes, start) => {
      const text = new TextEncoder().encode(start);
      const packet = new Uint8Array(text.length + bytes.length);
      packet.set(text);
      packet.set(bytes, text.length);
      packets.push(packet);
    }),
    { numRuns: 400 },
  );
  // In portions, so that the system has no reason to drop any.
  for (let i = 0; i < packets.length; i += 20) {
    await Promise.all(packets.slice(i, i + 20).map((packet) => put(socket, packet, port)));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(poses.flatMap(({ bones }) => bones)).toEqual([]);
  await expect
    .poll(async () => {
      await put(socket, head(0.5), port);
      return poses.at(-1)?.bones;
    })
    .toEqual([HUMAN_BONE_INDEX.head, 0, -0.5, 0, 0.866]);
});

test('one sender is heard at a time', async () => {
  const port = await freePort();
  const service = create();
  service.follow(wish({ receive: { on: true, port } }));
  await service.settled();
  const [{ socket: one }, { socket: two }] = [await socketOf(), await socketOf()];
  await put(one, head(0.5), port);
  await expect.poll(() => poses.length).toBeGreaterThan(0);
  for (let i = 0; i < 20; i++) {
    await put(one, head(0.5), port);
    await put(two, head(-0.5), port);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(new Set(poses.map(({ bones }) => bones[2]))).toEqual(new Set([-0.5]));
});

test('ten thousand packets a second, good and bad, do not hold up the program', async () => {
  const port = await freePort();
  const service = create();
  service.follow(wish({ receive: { on: true, port } }));
  await service.settled();
  const { socket } = await socketOf();
  const good = head(0.25);
  // As much as fits, of what costs most to look at.
  const bad = new Uint8Array(8000).fill(0x2f);
  bad.set(new TextEncoder().encode('#bundle\0'));
  const begin = performance.now();
  let sent = 0;
  while (performance.now() - begin < 1500) {
    const due = Math.min(400, Math.floor((performance.now() - begin) * 10) - sent);
    const batch: Promise<void>[] = [];
    for (let i = 0; i < due; i++) batch.push(put(socket, (sent + i) % 4 === 0 ? bad : good, port));
    sent += due;
    await Promise.all(batch);
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
  const seconds = (performance.now() - begin) / 1000;
  expect(sent).toBeGreaterThan(500);
  expect(poses.length).toBeGreaterThan(5);
  // 30 a second, and a few that waited for their turn.
  expect(poses.length).toBeLessThan(60 * seconds);
  await expect
    .poll(() => snapshots.some(({ receive }) => receive.refusedPerSecond > 0 && receive.packetsPerSecond > 0))
    .toBe(true);
});
