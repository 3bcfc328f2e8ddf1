import { FrameCopier } from './frame-copy.ts';
import type { ToPump } from './frame-pump.ts';

/** One part of tracking: it asks for a frame with any message, and gets the newest one. */
interface Outlet {
  readonly port: MessagePort;
  asked: boolean;
  waiting: VideoFrame | null;
}

const outlets = new Map<string, Outlet>();
const copier = new FrameCopier();
let reading: ReadableStreamDefaultReader<VideoFrame> | null = null;

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

async function read(readable: ReadableStream<VideoFrame>): Promise<void> {
  const reader = readable.getReader();
  reading = reader;
  for (;;) {
    const { value: frame, done } = await reader.read();
    if (done) return;
    if (reading !== reader || outlets.size === 0) {
      frame.close();
      continue;
    }
    const copy = await copier.take(frame);
    for (const outlet of outlets.values()) {
      outlet.waiting?.close();
      outlet.waiting = copy.clone();
      send(outlet);
    }
    copy.close();
  }
}

self.onmessage = ({ data }: MessageEvent<ToPump>) => {
  switch (data.type) {
    case 'frames':
      // A stream that breaks is a camera that went: the camera says so itself.
      read(data.readable).catch(() => undefined);
      break;
    case 'open':
      open(data.key, data.port);
      break;
    case 'drop':
      drop(data.key);
      break;
  }
};
