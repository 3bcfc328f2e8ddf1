import type { CAPTURE_STATES } from '../../../shared/domain/report.ts';
import type { Picture } from '../../../shared/domain/studio.ts';
import type { Reason } from '../../../shared/errors.ts';

/** State of the captured screen or window as it is published. */
export interface CaptureState {
  readonly state: (typeof CAPTURE_STATES)[number];
  readonly reason: Reason | null;
  /** What the system calls it; empty while none is captured. */
  readonly label: string;
}

export const CAPTURE_OFF: CaptureState = { state: 'off', reason: null, label: '' };

/** Where the captured frames go. */
export interface CaptureSink {
  /** Frames of a new capture, to be transferred to the stage; null: it has ended. */
  setFrames(frames: ReadableStream<VideoFrame> | null): void;
  /** What the captured thing plays; null: nothing (any more), or the system does not give it. */
  setSound(track: MediaStreamTrack | null): void;
  /** No frames come for now; the last one must not stand still on the programme. */
  hide(): void;
}

/** A source that is silent for shorter than this (a display that changes its mode) has not ended. */
const MUTE_GRACE_MS = 500;

/**
 * Why getDisplayMedia refused, by the name of its exception (Screen Capture, section 5.1).
 * @param error what was thrown
 */
export function captureReason(error: unknown): Reason {
  switch (error instanceof Error || error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'capture.denied';
    case 'NotSupportedError':
    case 'TypeError':
      return 'capture.unsupported';
    default:
      return 'capture.failed';
  }
}

/** Chromium names most captures by an address of its own, which says nothing to a person. */
const TECHNICAL = /^(web-contents-media-stream|screen|window):/;

/** What a person may call the captured thing; empty where only the browser has a name for it. Pure. */
export function captureLabel(label: string): string {
  return TECHNICAL.test(label) ? '' : label;
}

/**
 * Captures one screen or window: off → asking → running → failed(reason). What ends by itself (window closed, display
 * unplugged, permission taken back) is a failure with a reason; the programme goes on without it. Never throws.
 */
export class CaptureSource {
  private readonly sink: CaptureSink;
  private readonly changed: () => void;
  private current: CaptureState = CAPTURE_OFF;
  private track: MediaStreamVideoTrack | null = null;
  private sound: MediaStreamTrack | null = null;
  private asking = false;
  private timer = 0;

  /** @param changed hears of every change of `state` */
  constructor(sink: CaptureSink, changed: () => void) {
    this.sink = sink;
    this.changed = changed;
  }

  get state(): CaptureState {
    return this.current;
  }

  /**
   * Lets the user choose what is captured; must be called in the user's own gesture. Who changes nothing in the
   * system's list keeps what is captured already.
   * @param sound ask for what it plays, too; a system that does not give it gives the picture alone
   */
  async choose(picture: Picture, sound = false): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const before = this.current;
    this.set({ state: 'asking', reason: null, label: before.label });
    try {
      const stream = await request(picture, sound);
      if (!this.asking) {
        for (const track of stream.getTracks()) track.stop();
        return;
      }
      this.open(stream);
    } catch (error) {
      if (this.asking) this.refused(error);
    } finally {
      this.asking = false;
    }
  }

  stop(): void {
    this.asking = false;
    this.release();
    this.set(CAPTURE_OFF);
  }

  /** Another programme size or rate. A source that cannot goes on as it is. */
  setPicture(picture: Picture): void {
    this.track?.applyConstraints(constraintsOf(picture)).catch(() => undefined);
  }

  private open(stream: MediaStream): void {
    this.release();
    const track = stream.getVideoTracks()[0] as MediaStreamVideoTrack;
    this.track = track;
    this.sound = stream.getAudioTracks()[0] ?? null;
    if (this.sound) this.sink.setSound(this.sound);
    track.addEventListener('ended', () => this.ended(track));
    track.addEventListener('mute', () => this.muted(track));
    track.addEventListener('unmute', () => this.unmuted(track));
    // A picture that is late is worth nothing: the stage reads as fast as they come and keeps the newest.
    this.sink.setFrames(new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable);
    this.set({ state: 'running', reason: null, label: captureLabel(track.label) });
    // It may have gone while the system's list was closing, when nobody listened yet.
    if (track.readyState === 'ended') this.ended(track);
  }

  private refused(error: unknown): void {
    if (this.track) this.set({ state: 'running', reason: null, label: captureLabel(this.track.label) });
    else this.set({ state: 'failed', reason: captureReason(error), label: '' });
  }

  private ended(track: MediaStreamVideoTrack): void {
    if (track !== this.track) return;
    this.release();
    this.set({ state: 'failed', reason: 'capture.ended', label: '' });
  }

  private muted(track: MediaStreamVideoTrack): void {
    if (track !== this.track) return;
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.sink.hide();
      this.set({ state: 'failed', reason: 'capture.ended', label: captureLabel(track.label) });
    }, MUTE_GRACE_MS);
  }

  private unmuted(track: MediaStreamVideoTrack): void {
    if (track !== this.track) return;
    window.clearTimeout(this.timer);
    this.set({ state: 'running', reason: null, label: captureLabel(track.label) });
  }

  private release(): void {
    window.clearTimeout(this.timer);
    if (this.sound) {
      this.sound.stop();
      this.sound = null;
      this.sink.setSound(null);
    }
    if (!this.track) return;
    this.track.stop();
    this.track = null;
    this.sink.setFrames(null);
  }

  private set(state: CaptureState): void {
    this.current = state;
    this.changed();
  }
}

/** Twice the programme's longer side is all that can be seen, however it is cropped. */
function constraintsOf({ width, height, fps }: Picture): MediaTrackConstraints {
  const side = Math.max(width, height) * 2;
  return { frameRate: { ideal: fps }, width: { max: side }, height: { max: side } };
}

/** The sound as it is: nobody speaks in it whom one could hear better. */
const PLAIN_SOUND: MediaTrackConstraints = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
};

/** TypeScript's library does not know `systemAudio`. */
type DisplayRequest = DisplayMediaStreamOptions & { readonly systemAudio?: 'include' | 'exclude' };

/** @returns a stream with a picture, and with sound where it was asked for and the system gives it */
async function request(picture: Picture, sound: boolean): Promise<MediaStream> {
  const { mediaDevices } = navigator;
  if (!mediaDevices?.getDisplayMedia || typeof MediaStreamTrackProcessor === 'undefined') {
    throw new DOMException('no screen capture in this browser', 'NotSupportedError');
  }
  const options: DisplayRequest = sound
    ? { video: constraintsOf(picture), audio: PLAIN_SOUND, systemAudio: 'include' }
    : { video: constraintsOf(picture), audio: false };
  const stream = await mediaDevices.getDisplayMedia(options);
  if (stream.getVideoTracks().length > 0) return stream;
  for (const track of stream.getTracks()) track.stop();
  throw new DOMException('the stream has no picture', 'NotReadableError');
}
