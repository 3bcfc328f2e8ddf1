import { programmeNowMs } from '../../src/renderer/pipeline/clock.ts';
import { SolvedChannel } from '../../src/renderer/pipeline/inspection.ts';
import { HandsChannel, PoseChannel, VoiceChannel } from '../../src/renderer/pipeline/part-channels.ts';
import type { StageChannels, StageCommand, StageEvent } from '../../src/renderer/pipeline/stage/messages.ts';
import {
  createFaceObservation,
  type FaceObservation,
  TrackingChannel,
} from '../../src/renderer/pipeline/tracking-channel.ts';
import { ARKIT_INDEX } from '../../src/shared/domain/arkit.ts';
import { namedPlacement } from '../../src/shared/domain/scene.ts';
import { toBase64 } from './base64.ts';

interface Run {
  worker: Worker;
  channel: TrackingChannel;
  events: StageEvent[];
  audio: MessagePort;
}
let run: Run | null = null;

/** Tells the running stage worker something. */
export function post(command: StageCommand, transfer: Transferable[] = []): void {
  run!.worker.postMessage(command, transfer);
}

/** A face that is there, turned to the side. */
function turn(face: FaceObservation, yaw: number): void {
  const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
  face.found = true;
  face.faces = 1;
  face.confidence = 1;
  face.matrix.set([cos, 0, -sin, 0, 0, 1, 0, 0, sin, 0, cos, 0, 0, 0, -50, 1]);
}

/** The picture with this id, which has been asked for. */
async function decoded(id: number): Promise<ImageData> {
  const bytes = Uint8Array.from(atob(await worker.picture(id)), (c) => c.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, bitmap.width, bitmap.height);
}

/** The stage worker as the studio runs it, driven by the test instead of the pipeline. */
export const worker = {
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
    post(command);
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
      turn(face, Math.sin(t * 2) * 0.4);
      face.capturedAtMs = programmeNowMs() - 20;
      face.trackedAtMs = programmeNowMs();
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
    post({
      type: 'setScene',
      scene: {
        turn: 1000,
        background: { kind: 'color', color: '#000000' },
        capture: { shown: true, fit: 'cover' },
        avatar: { shown: false, placement: namedPlacement('full') },
        overlay: null,
      },
    });
    post({ type: 'setCapture', frames }, [frames]);
    await new Promise((done) => setTimeout(done, seconds * 1000));
    post({ type: 'setCapture', frames: null });
    window.clearInterval(timer);
  },
  /** RGBA of the picture that comes with this id. */
  async pixels(id: number): Promise<{ width: number; height: number; data: string }> {
    post({ type: 'takePicture', id });
    const { width, height, data } = await decoded(id);
    return { width, height, data: await toBase64(new Blob([data])) };
  },
  /**
   * The colour in the middle of the pictures of the next `seconds`, from the one on that obeys `command`: asked for
   * here and oftener than pictures are drawn, because what comes and goes is missed by who asks one by one from outside.
   * @param firstId of the pictures, which take as many ids as there are colours
   */
  async middles(
    command: StageCommand,
    seconds: number,
    firstId: number,
  ): Promise<[number, number, number][]> {
    post(command);
    const begin = performance.now();
    let id = firstId;
    while (performance.now() - begin < seconds * 1000) {
      post({ type: 'takePicture', id: id++ });
      await new Promise((done) => setTimeout(done, 30));
    }
    const colours: [number, number, number][] = [];
    for (let taken = firstId; taken < id; taken++) {
      const { width, height, data } = await decoded(taken);
      const at = (Math.floor(height / 2) * width + Math.floor(width / 2)) * 4;
      colours.push([data[at]!, data[at + 1]!, data[at + 2]!]);
    }
    return colours;
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
    post({ type: 'contactSheet', id, rows, everyMs: 200, port: port2 }, [port2]);
    const face = createFaceObservation();
    for (let i = 0; i < rows * 6; i++) {
      const yaw = Math.sin(i / 3) * 0.5;
      turn(face, yaw);
      face.capturedAtMs = programmeNowMs();
      face.trackedAtMs = programmeNowMs();
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
