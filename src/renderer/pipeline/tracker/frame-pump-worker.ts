import { FrameCopier } from './frame-copy.ts';
import type { FromPump, ToPump } from './frame-pump.ts';

/** One part of tracking: it asks for a frame with any message, and gets the newest one. */
interface Outlet {
  readonly port: MessagePort;
  asked: boolean;
  waiting: VideoFrame | null;
}

const SAY_EVERY_MS = 1000;

const outlets = new Map<string, Outlet>();
const copier = new FrameCopier();
const READING: FromPump = { type: 'reading' };
let reading: ReadableStreamDefaultReader<VideoFrame> | null = null;
let saidAtMs = Number.NEGATIVE_INFINITY;

function drop(key: string): void {
  const outlet = outlets.get(key);
  outlet?.waiting?.close();
  outlet?.port.close();
  outlets.delete(key);
}

function open(key: string, port: MessagePort): void {
  drop(key);
  const outlet: Outlet = { port, asked: false, waiting: null };
  outlets.set(key, outlet);
  port.onmessage = () => {
    outlet.asked = true;
    send(outlet);
  };
}

function send(outlet: Outlet): void {
  if (!outlet.asked || !outlet.waiting) return;
  const frame = outlet.waiting;
  outlet.waiting = null;
  outlet.asked = false;
  outlet.port.postMessage(frame, [frame]);
}

function say(message: FromPump): void {
  const nowMs = performance.now();
  if (nowMs - saidAtMs < SAY_EVERY_MS) return;
  saidAtMs = nowMs;
  self.postMessage(message);
}

async function read(readable: ReadableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  reading = reader;
  for (;;) {
    // A stream that breaks is a camera that went: the camera says so itself.
    const next = await reader.read().catch(() => null);
    if (!next || next.done) return;
    const frame = next.value;
    if (reading !== reader) {
      frame.close();
      continue;
    }
    if (outlets.size === 0) {
      frame.close();
      say(READING);
      continue;
    }
    const copy = await copier.take(frame);
    if (!copy) continue;
    for (const outlet of outlets.values()) {
      outlet.waiting?.close();
      outlet.waiting = copy.clone();
      send(outlet);
    }
    copy.close();
    say(READING);
  }
}

self.onmessage = ({ data }: MessageEvent<ToPump>) => {
  switch (data.type) {
    case 'frames':
      read(data.readable).catch((error: unknown) => {
        // Out of the promise, so that the window hears of it in `onerror`.
        setTimeout(() => {
          throw error;
        }, 0);
      });
      break;
    case 'open':
      open(data.key, data.port);
      break;
    case 'drop':
      drop(data.key);
      break;
  }
};
