import { beforeEach, expect, test } from 'vitest';
import { DEFAULT_SETTINGS, type StudioSnapshot } from '../../../shared/domain/studio.ts';
import type { OutputSnapshot } from '../../../shared/ipc/output.ts';
import { OutputService } from './output.ts';
import type { OutputServer, OutputState } from './ports.ts';

class ServerDouble implements OutputServer {
  clients = 0;
  calls: string[] = [];
  states: OutputState[] = [];
  poses: number[][] = [];
  failure: Error | null = null;
  #tell: () => void = () => undefined;
  moved = false;
  async start(): Promise<{ url: string; moved: boolean }> {
    this.calls.push('start');
    if (this.failure) throw this.failure;
    return { url: 'http://127.0.0.1:1/key/output.html', moved: this.moved };
  }
  async stop(): Promise<void> {
    this.calls.push('stop');
  }
  setState(state: OutputState): void {
    this.states.push(state);
  }
  sendPose(pose: Float32Array): void {
    this.poses.push([...pose]);
  }
  onClients(listener: () => void): void {
    this.#tell = listener;
  }
  count(clients: number): void {
    this.clients = clients;
    this.#tell();
  }
}

let server: ServerDouble;
let published: OutputSnapshot[];
let wanted: boolean[];
let moved: number;
let service: OutputService;

beforeEach(() => {
  server = new ServerDouble();
  published = [];
  wanted = [];
  moved = 0;
  service = new OutputService({
    server,
    publish: (snapshot) => published.push(snapshot),
    onMoved: () => moved++,
    wantPoses: (on) => wanted.push(on),
  });
});

const studio = (panic: boolean) =>
  ({
    avatar: { id: 'vida', name: 'Vida', url: '/avatars/vida.vrm', family: 'vrm1', wantsThumbnail: false },
    settings: DEFAULT_SETTINGS,
    panic,
  }) as StudioSnapshot;

test('on and off happen one after the other, and twice is once', async () => {
  await Promise.all([
    service.enable(true),
    service.enable(true),
    service.enable(false),
    service.enable(true),
  ]);
  expect(server.calls).toEqual(['start', 'stop', 'start']);
  expect(published.map(({ enabled }) => enabled)).toEqual([false, true, false, true]);
  await service.close();
  expect(service.snapshot).toEqual({ enabled: false, url: null, clients: 0 });
});

test('an address that is not the one of last time is said', async () => {
  await service.enable(true);
  expect(moved).toBe(0);
  await service.enable(false);
  server.moved = true;
  await service.enable(true);
  expect(moved).toBe(1);
});

test('a server that cannot start is said, and the next try is a new one', async () => {
  server.failure = new Error('no port');
  await expect(service.enable(true)).rejects.toThrow('output.failed');
  expect(service.snapshot.enabled).toBe(false);
  server.failure = null;
  await service.enable(true);
  expect(service.snapshot.enabled).toBe(true);
});

test('poses are wanted while somebody watches', () => {
  server.count(1);
  server.count(2);
  server.count(0);
  expect(wanted).toEqual([true, true, false]);
  expect(published.at(-1)?.clients).toBe(0);
});

test('in panic the avatar is hidden and no pose leaves', () => {
  service.follow(studio(false));
  service.pose([1, 2]);
  service.follow(studio(true));
  service.pose([3, 4]);
  service.follow(studio(false));
  service.pose([5, 6]);
  expect(server.poses).toEqual([
    [1, 2],
    [5, 6],
  ]);
  expect(server.states.map(({ visible }) => visible)).toEqual([true, false, true]);
  expect(server.states[0]?.avatar.url).toBe('./avatars/vida.vrm');
});
