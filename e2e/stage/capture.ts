import { CaptureSource, type CaptureState } from '../../src/renderer/pipeline/capture/capture-source.ts';
import { post } from './worker.ts';

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
export const capture = {
  /** Called by the test as the user's gesture; resolves when the browser has answered. */
  async choose(width: number, height: number, fps: number) {
    source ??= new CaptureSource(
      {
        setFrames: (frames) => post({ type: 'setCapture', frames }, frames ? [frames] : []),
        hide: () => post({ type: 'hideCapture' }),
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
