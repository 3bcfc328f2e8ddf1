import { Euler, type Object3D, Quaternion, Vector3 } from 'three';
import { CaptureSource, type CaptureState } from '../../src/renderer/pipeline/capture/capture-source.ts';
import { programmeNowMs } from '../../src/renderer/pipeline/clock.ts';
import { SolvedChannel } from '../../src/renderer/pipeline/inspection.ts';
import { HandsChannel, PoseChannel, VoiceChannel } from '../../src/renderer/pipeline/part-channels.ts';
import { easeRotations } from '../../src/renderer/pipeline/solver/compose/ease.ts';
import { loadPicture } from '../../src/renderer/pipeline/stage/background.ts';
import { loadAvatar } from '../../src/renderer/pipeline/stage/loader.ts';
import type {
  AvatarFamily,
  StageChannels,
  StageCommand,
  StageEvent,
} from '../../src/renderer/pipeline/stage/messages.ts';
import type { Backdrop } from '../../src/renderer/pipeline/stage/picture-layers.ts';
import { Programme } from '../../src/renderer/pipeline/stage/programme.ts';
import type { Quality } from '../../src/renderer/pipeline/stage/quality.ts';
import { createFaceObservation, TrackingChannel } from '../../src/renderer/pipeline/tracking-channel.ts';
import { ARKIT_INDEX, type ArkitChannel } from '../../src/shared/domain/arkit.ts';
import { type AvatarPose, createAvatarPose } from '../../src/shared/domain/avatar-pose.ts';
import { HUMAN_BONE_INDEX, HUMAN_BONES, type HumanBone } from '../../src/shared/domain/human-bones.ts';
import { namedPlacement } from '../../src/shared/domain/scene.ts';
import { encoders } from './encoder-double.ts';

/** A face to draw: angles in degrees, gaze in radians, channels by name. */
export interface FaceWish {
  yaw?: number;
  pitch?: number;
  roll?: number;
  x?: number;
  gazeYaw?: number;
  gazePitch?: number;
  channels?: Partial<Record<ArkitChannel, number>>;
  /** Local rotations of bones in the normalised pose: Euler angles x, y, z in degrees, order YXZ. */
  bones?: Partial<Record<HumanBone, readonly [number, number, number]>>;
  /** Stands in the T-pose instead of at ease where `bones` says nothing. */
  tPose?: boolean;
  /** Weights of the model's own expressions by name. */
  expressions?: Readonly<Record<string, number>>;
}

const DEG = Math.PI / 180;

/** Part of the head's turn that each bone makes, as its local rotation. */
const SHARES: readonly (readonly [HumanBone, number])[] = [
  ['upperChest', 0.2],
  ['neck', 0.35],
  ['head', 1],
];

function solved(wish: FaceWish): AvatarPose {
  const face = createAvatarPose();
  if (!wish.tPose) easeRotations(face.rotations);
  face.yaw = (wish.yaw ?? 0) * DEG;
  face.pitch = (wish.pitch ?? 0) * DEG;
  face.roll = (wish.roll ?? 0) * DEG;
  face.x = wish.x ?? 0;
  face.gazeYaw = wish.gazeYaw ?? 0;
  face.gazePitch = wish.gazePitch ?? 0;
  for (const [name, value] of Object.entries(wish.channels ?? {})) {
    face.channels[ARKIT_INDEX[name as ArkitChannel]] = value;
  }
  // The head's world rotation is the face's, shared out over what carries it.
  const head = headOf(wish);
  const made = new Quaternion();
  for (const [bone, share] of SHARES) {
    const world = new Quaternion().slerp(head, share);
    write(face, bone, made.clone().invert().multiply(world));
    made.copy(world);
  }
  face.hipsX = face.x * 0.45;
  for (const [bone, [x, y, z]] of Object.entries(wish.bones ?? {})) {
    const euler = new Euler(x * DEG, y * DEG, z * DEG, 'YXZ');
    write(face, bone as HumanBone, new Quaternion().setFromEuler(euler));
  }
  const slots = Object.entries(wish.expressions ?? {});
  programme?.rig?.setExpressionSlots(slots.map(([name]) => name));
  slots.forEach(([, weight], i) => {
    face.expressions[i] = weight;
  });
  return face;
}

function headOf(wish: FaceWish): Quaternion {
  const euler = new Euler((wish.pitch ?? 0) * DEG, (wish.yaw ?? 0) * DEG, (wish.roll ?? 0) * DEG, 'YXZ');
  return new Quaternion().setFromEuler(euler);
}

function write(pose: AvatarPose, bone: HumanBone, rotation: Quaternion): void {
  rotation.toArray(pose.rotations, HUMAN_BONE_INDEX[bone] * 4);
}

/** Which bone shows where another one points to. */
const NEXT: readonly (readonly [HumanBone, HumanBone])[] = (['left', 'right'] as const).flatMap((side) =>
  (
    [
      ['UpperArm', 'LowerArm'],
      ['LowerArm', 'Hand'],
      ['UpperLeg', 'LowerLeg'],
      ['LowerLeg', 'Foot'],
      ['Hand', 'MiddleProximal'],
      ['IndexProximal', 'IndexIntermediate'],
      ['IndexIntermediate', 'IndexDistal'],
      ['MiddleProximal', 'MiddleIntermediate'],
      ['RingProximal', 'RingIntermediate'],
      ['LittleProximal', 'LittleIntermediate'],
      ['ThumbProximal', 'ThumbDistal'],
    ] as const
  ).map(([from, to]) => [`${side}${from}`, `${side}${to}`] as const),
);

let programme: Programme | null = null;

async function toBase64(blob: Blob): Promise<string> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

const direct = {
  open(width: number, height: number, quality: Quality): void {
    programme?.dispose();
    programme = new Programme(width, height, quality);
  },
  async avatar(url: string, family: AvatarFamily) {
    const rig = await loadAvatar(url, family, programme!.quality, new AbortController().signal);
    programme!.setAvatar(rig);
    const { head, channels, naming, expressionNames } = rig;
    return { head, channels, family: rig.family, naming, expressionNames };
  },
  async backdrop(kind: Backdrop['kind'], value: string): Promise<void> {
    if (kind === 'image') programme!.setBackdrop({ kind, bitmap: await loadPicture(value, 'background') });
    else if (kind === 'color') programme!.setBackdrop({ kind, color: value });
    else programme!.setBackdrop({ kind });
  },
  card(on: boolean): void {
    programme!.setCard(on);
  },
  async png(wish: FaceWish): Promise<string> {
    const face = solved(wish);
    for (let i = 0; i < 3; i++) programme!.draw(face, 1 / 30);
    return toBase64(await programme!.canvas.convertToBlob({ type: 'image/png' }));
  },
  /** RGBA of one drawn picture. */
  async pixels(wish: FaceWish): Promise<{ width: number; height: number; data: string }> {
    const face = solved(wish);
    programme!.draw(face, 1 / 30);
    const { width, height } = programme!.canvas;
    const copy = new OffscreenCanvas(width, height);
    const context = copy.getContext('2d')!;
    context.drawImage(programme!.canvas, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: await toBase64(new Blob([data])) };
  },
  /** Lets hair come to rest, without drawing. */
  settle(wish: FaceWish): void {
    const face = solved(wish);
    for (let i = 0; i < 90; i++) programme!.rig!.apply(face, 1 / 30);
  },
  /** World vector from one named node to another. */
  span(from: string, to: string): { x: number; y: number; z: number } {
    const { root } = programme!.rig!;
    const place = (name: string): Vector3 => {
      const node = root.getObjectByName(name);
      if (!node) throw new Error(`no node ${name}`);
      return node.getWorldPosition(new Vector3());
    };
    const { x, y, z } = place(to).sub(place(from));
    return { x, y, z };
  },
  /** Degrees between the head's world rotation against rest and the wanted one. */
  headError(wish: FaceWish): number {
    const rig = programme!.rig!;
    const measure = (face: AvatarPose): Quaternion => {
      programme!.draw(face, 1 / 30);
      rig.root.updateMatrixWorld(true);
      return rig.headNode!.getWorldQuaternion(new Quaternion());
    };
    const rest = measure(createAvatarPose());
    const turned = measure(solved(wish)).multiply(rest.invert());
    return headOf(wish).angleTo(turned) / DEG;
  },
  /** World directions from each bone to the next one that the model has, unit vectors. */
  directions(wish: FaceWish): Partial<Record<HumanBone, [number, number, number]>> {
    const rig = programme!.rig!;
    rig.apply(solved(wish), 0);
    rig.root.updateMatrixWorld(true);
    const nodes = new Map<HumanBone, Vector3>();
    for (const bone of HUMAN_BONES) {
      const name = rig.naming.bones[bone]?.name;
      let node: Object3D | null = null;
      rig.root.traverse((one) => {
        if (name !== undefined && one.userData['name'] === name && (!node || 'isBone' in one)) node ??= one;
      });
      if (node) nodes.set(bone, (node as Object3D).getWorldPosition(new Vector3()));
    }
    const found: Partial<Record<HumanBone, [number, number, number]>> = {};
    for (const [from, to] of NEXT) {
      const a = nodes.get(from);
      const b = nodes.get(to);
      if (a && b) found[from] = b.clone().sub(a).normalize().toArray();
    }
    return found;
  },
};

interface Run {
  worker: Worker;
  channel: TrackingChannel;
  events: StageEvent[];
  audio: MessagePort;
}
let run: Run | null = null;

const worker = {
  start(
    init: Omit<Extract<StageCommand, { type: 'init' }>, 'type' | 'channels' | 'preview'>,
    preview: boolean,
  ) {
    const made = new Worker(new URL('../../src/renderer/pipeline/stage/stage-worker.ts', import.meta.url), {
      type: 'module',
    });
    const channel = new TrackingChannel();
    const channels: StageChannels = {
      face: channel.buffer,
      pose: new PoseChannel().buffer,
      hands: new HandsChannel().buffer,
      voice: new VoiceChannel().buffer,
      solved: new SolvedChannel().buffer,
    };
    const events: StageEvent[] = [];
    made.onmessage = (message: MessageEvent<StageEvent>) => events.push(message.data);
    made.onerror = (event) =>
      events.push({ type: 'error', reason: 'internal.unexpected', detail: event.message });
    let canvas: OffscreenCanvas | null = null;
    if (preview) {
      const element = document.createElement('canvas');
      document.body.append(element);
      canvas = element.transferControlToOffscreen();
    }
    made.postMessage(
      { type: 'init', channels, preview: canvas, ...init } satisfies StageCommand,
      canvas ? [canvas] : [],
    );
    const audio = new MessageChannel();
    made.postMessage({ type: 'audioPort', port: audio.port2 } satisfies StageCommand, [audio.port2]);
    run = { worker: made, channel, events, audio: audio.port1 };
  },
  send(command: StageCommand): void {
    run!.worker.postMessage(command);
  },
  events(): unknown[] {
    return run!.events.map((event) =>
      event.type === 'picture' ? { ...event, png: event.png.byteLength } : event,
    );
  },
  async picture(id: number): Promise<string> {
    for (;;) {
      const found = run!.events.find((event) => event.type === 'picture' && event.id === id);
      if (found?.type === 'picture') return toBase64(new Blob([found.png]));
      await new Promise((done) => setTimeout(done, 30));
    }
  },
  /** A face that nods, turns and speaks, written as the tracker would, for `seconds`. */
  async drive(fps: number, seconds: number): Promise<void> {
    const face = createFaceObservation();
    const begin = performance.now();
    for (let i = 0; performance.now() - begin < seconds * 1000; i++) {
      const t = i / fps;
      const yaw = Math.sin(t * 2) * 0.4;
      face.found = true;
      face.faces = 1;
      face.confidence = 1;
      face.capturedAtMs = programmeNowMs() - 20;
      face.trackedAtMs = programmeNowMs();
      face.matrix.set([
        Math.cos(yaw),
        0,
        -Math.sin(yaw),
        0,
        0,
        1,
        0,
        0,
        Math.sin(yaw),
        0,
        Math.cos(yaw),
        0,
        0,
        0,
        -50,
        1,
      ]);
      face.scores[ARKIT_INDEX.jawOpen] = Math.abs(Math.sin(t * 5)) * 0.6;
      run!.channel.write(face);
      await new Promise((done) => setTimeout(done, 1000 / fps));
    }
  },
  /** Patches that change wholly from picture to picture, as the captured screen behind everything, for `seconds`. */
  async noise(seconds: number): Promise<void> {
    const canvas = new OffscreenCanvas(48, 27);
    const context = canvas.getContext('2d')!;
    const picture = context.createImageData(canvas.width, canvas.height);
    let timer = 0;
    const frames = new ReadableStream<VideoFrame>({
      start(controller) {
        timer = window.setInterval(() => {
          for (let i = 0; i < picture.data.length; i++)
            picture.data[i] = i % 4 === 3 ? 255 : 96 + Math.random() * 64;
          context.putImageData(picture, 0, 0);
          controller.enqueue(new VideoFrame(canvas, { timestamp: performance.now() * 1000 }));
        }, 60);
      },
      cancel: () => window.clearInterval(timer),
    });
    run!.worker.postMessage({
      type: 'setScene',
      scene: {
        turn: 1000,
        background: { kind: 'color', color: '#000000' },
        capture: { shown: true, fit: 'cover' },
        avatar: { shown: false, placement: namedPlacement('full') },
        overlay: null,
      },
    } satisfies StageCommand);
    run!.worker.postMessage({ type: 'setCapture', frames } satisfies StageCommand, [frames]);
    await new Promise((done) => setTimeout(done, seconds * 1000));
    run!.worker.postMessage({ type: 'setCapture', frames: null } satisfies StageCommand);
    window.clearInterval(timer);
  },
  /** RGBA of the picture that comes with this id. */
  async pixels(id: number): Promise<{ width: number; height: number; data: string }> {
    run!.worker.postMessage({ type: 'takePicture', id } satisfies StageCommand);
    const bytes = Uint8Array.from(atob(await worker.picture(id)), (c) => c.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, data: await toBase64(new Blob([data])) };
  },
  async thumbnail(avatarId: string): Promise<string> {
    for (;;) {
      const found = run!.events.find((event) => event.type === 'thumbnail' && event.avatarId === avatarId);
      if (found?.type === 'thumbnail') return toBase64(new Blob([found.png]));
      await new Promise((done) => setTimeout(done, 30));
    }
  },
  /** Poses heard so far. */
  poses(): number[][] {
    return run!.events.flatMap((event) => (event.type === 'pose' ? [[...event.values]] : []));
  },
  pcm(timestampUs: number): void {
    run!.audio.postMessage({ timestampUs, samples: new Int16Array(960) });
  },
  /** A contact sheet whose camera pictures are drawn here. */
  async sheet(id: number, rows: number): Promise<void> {
    const { port1, port2 } = new MessageChannel();
    run!.worker.postMessage(
      { type: 'contactSheet', id, rows, everyMs: 200, port: port2 } satisfies StageCommand,
      [port2],
    );
    const face = createFaceObservation();
    for (let i = 0; i < rows * 6; i++) {
      const yaw = Math.sin(i / 3) * 0.5;
      face.found = true;
      face.faces = 1;
      face.confidence = 1;
      face.capturedAtMs = programmeNowMs();
      face.trackedAtMs = programmeNowMs();
      face.matrix.set([
        Math.cos(yaw),
        0,
        -Math.sin(yaw),
        0,
        0,
        1,
        0,
        0,
        Math.sin(yaw),
        0,
        Math.cos(yaw),
        0,
        0,
        0,
        -50,
        1,
      ]);
      face.scores[ARKIT_INDEX.jawOpen] = 0.5 + Math.sin(i) / 2;
      for (let k = 0; k < 478; k++) {
        face.landmarks[k * 3] = 0.5 + 0.15 * Math.cos(k) * Math.sqrt((k % 60) / 60);
        face.landmarks[k * 3 + 1] = 0.45 + 0.3 * Math.sin(k) * Math.sqrt((k % 60) / 60);
      }
      run!.channel.write(face);
      const canvas = new OffscreenCanvas(640, 480);
      const context = canvas.getContext('2d')!;
      context.fillStyle = '#8a5a44';
      context.fillRect(0, 0, 640, 480);
      context.fillStyle = '#e8c4a8';
      context.beginPath();
      context.ellipse(320 + yaw * 80, 220, 100, 140, 0, 0, 7);
      context.fill();
      const bitmap = canvas.transferToImageBitmap();
      port1.postMessage(
        { capturedAtMs: face.capturedAtMs, bitmap, landmarks: face.landmarks.slice(), found: true },
        [bitmap],
      );
      await new Promise((done) => setTimeout(done, 110));
    }
  },
};

/** A picture of the test's own, as an address: a colour with an alpha. */
async function flatPicture(width: number, height: number, color: string): Promise<string> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d')!;
  context.fillStyle = color;
  context.fillRect(0, 0, width, height);
  return URL.createObjectURL(await canvas.convertToBlob({ type: 'image/png' }));
}

/** The page's own capture source, feeding the stage worker as the pipeline does. */
let source: CaptureSource | null = null;
const capture = {
  /** Called by the test as the user's gesture; resolves when the browser has answered. */
  async choose(width: number, height: number, fps: number) {
    source ??= new CaptureSource(
      {
        setFrames: (frames) =>
          run!.worker.postMessage(
            { type: 'setCapture', frames } satisfies StageCommand,
            frames ? [frames] : [],
          ),
        hide: () => run!.worker.postMessage({ type: 'hideCapture' } satisfies StageCommand),
        setSound: () => undefined,
      },
      () => undefined,
    );
    await source.choose({ width, height, fps, bitrateKbps: 1000 });
    return source.state;
  },
  state(): CaptureState {
    return source!.state;
  },
  stop(): void {
    source!.stop();
  },
  /** Says an event of the captured track's, which only the system can bring about. */
  pretend(type: 'mute' | 'unmute'): void {
    newestTrack!.dispatchEvent(new Event(type));
  },
  /** A double of the browser's answer: from now on it refuses by this name; null: the real one again. */
  refuse(name: string | null): void {
    refusal = name;
  },
  flatPicture,
};

const realGetDisplayMedia = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
let newestTrack: MediaStreamTrack | null = null;
let refusal: string | null = null;
navigator.mediaDevices.getDisplayMedia = async (options) => {
  if (refusal) throw new DOMException('refused', refusal);
  const stream = await realGetDisplayMedia(options);
  newestTrack = stream.getVideoTracks()[0]!;
  return stream;
};

export type StageHarness = {
  direct: typeof direct;
  worker: typeof worker;
  capture: typeof capture;
  encoders: typeof encoders;
};
(globalThis as { harness?: StageHarness }).harness = { direct, worker, capture, encoders };
