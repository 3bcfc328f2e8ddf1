import {
  DEVICE_OFF,
  type DeviceEvent,
  type DeviceKind,
  type DeviceState,
  deviceReason,
  helpedByDeviceChange,
  nextDeviceState,
  retryDelayMs,
} from './device-state.ts';

/** A device the user can choose. */
export interface DeviceInfo {
  readonly id: string;
  /** Empty until the permission was given once. */
  readonly label: string;
}

export interface CaptureDeviceOptions {
  readonly kind: DeviceKind;
  /** The wanted format for a device id (`default`: any), and the plainest request as a fallback. */
  constraints(deviceId: string): MediaStreamConstraints;
  fallback(deviceId: string): MediaStreamConstraints;
}

/**
 * Keeps the chosen capture device open: off → starting → running → failed(reason), and back by itself when the
 * device returns. Never throws; every failure is a state with a reason.
 */
export class CaptureDevice {
  private readonly options: CaptureDeviceOptions;
  private readonly listeners = new Set<(state: DeviceState, track: MediaStreamTrack | null) => void>();
  private current: DeviceState = DEVICE_OFF;
  private currentTrack: MediaStreamTrack | null = null;
  private wanted: string | null = null;
  /** Grows with every attempt: an answer to an older one is given back at once. */
  private attempt = 0;
  private failures = 0;
  private timer = 0;
  private readonly onDeviceChange = () => {
    if (this.current.state === 'failed' && helpedByDeviceChange(this.current.reason)) void this.open();
  };

  constructor(options: CaptureDeviceOptions) {
    this.options = options;
    navigator.mediaDevices?.addEventListener('devicechange', this.onDeviceChange);
    this.watchPermission().catch(() => undefined);
  }

  get state(): DeviceState {
    return this.current;
  }

  /** The open track, null in every state but running. */
  get track(): MediaStreamTrack | null {
    return this.currentTrack;
  }

  /** The listener hears of every change of state or track. @returns ends it */
  onChange(listener: (state: DeviceState, track: MediaStreamTrack | null) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** @param choice a device id, `default`, or `none` to switch it off; choosing the same again changes nothing */
  choose(choice: string): void {
    const wanted = choice === 'none' ? null : choice;
    if (wanted === this.wanted) return;
    this.wanted = wanted;
    this.failures = 0;
    if (wanted === null) {
      this.release();
      this.apply({ type: 'stop' });
    } else {
      void this.open();
    }
  }

  /** Tries a failed device again at once (the user's button). */
  retry(): void {
    if (this.wanted !== null && this.current.state === 'failed') void this.open();
  }

  /** What the tracker sees: nothing but black, or a picture. */
  setBlack(black: boolean): void {
    this.apply({ type: 'black', black });
  }

  close(): void {
    navigator.mediaDevices?.removeEventListener('devicechange', this.onDeviceChange);
    this.wanted = null;
    this.release();
    this.listeners.clear();
  }

  /** A permission that is given in the browser's settings opens the device at once. Not every browser tells. */
  private async watchPermission(): Promise<void> {
    const status = await navigator.permissions.query({ name: this.options.kind });
    status.addEventListener('change', () => {
      if (status.state === 'granted') this.retry();
    });
  }

  private async open(): Promise<void> {
    this.release();
    const attempt = ++this.attempt;
    const deviceId = this.wanted;
    if (deviceId === null) return;
    this.apply({ type: 'start' });
    try {
      const stream = await this.request(deviceId);
      const track = stream.getTracks()[0];
      if (!track) throw new DOMException('the stream has no track', 'NotFoundError');
      if (attempt !== this.attempt) {
        track.stop();
        return;
      }
      this.currentTrack = track;
      this.failures = 0;
      track.addEventListener('ended', () => this.ended(track));
      this.apply({ type: 'opened', label: track.label });
    } catch (error) {
      if (attempt === this.attempt) this.failed(deviceReason(this.options.kind, error));
    }
  }

  private async request(deviceId: string): Promise<MediaStream> {
    const { mediaDevices } = navigator;
    if (!mediaDevices) throw new DOMException('no media devices on this page', 'SecurityError');
    try {
      return await mediaDevices.getUserMedia(this.options.constraints(await this.idOf(deviceId)));
    } catch (error) {
      if (!(error instanceof DOMException || error instanceof Error)) throw error;
      if (error.name !== 'OverconstrainedError') throw error;
      return mediaDevices.getUserMedia(this.options.fallback(deviceId));
    }
  }

  /**
   * A device may be named by its label, too: ids are salted per browser profile, so no command line can know them.
   * Labels are told only once a device was opened.
   */
  private async idOf(choice: string): Promise<string> {
    if (choice === 'default') return choice;
    const find = async () => {
      const devices = await listDevices(this.options.kind);
      return (
        devices.find((each) => each.id === choice) ??
        devices.find((each) => each.label.toLowerCase().includes(choice.toLowerCase()))
      );
    };
    const known = await find();
    if (known) return known.id;
    const unlock = await navigator.mediaDevices.getUserMedia(this.options.fallback('default'));
    for (const track of unlock.getTracks()) track.stop();
    const found = await find();
    if (!found) throw new DOMException(`no device is called ${choice}`, 'NotFoundError');
    return found.id;
  }

  private ended(track: MediaStreamTrack): void {
    if (track !== this.currentTrack) return;
    this.currentTrack = null;
    this.failed(this.options.kind === 'camera' ? 'camera.unplugged' : 'microphone.unplugged');
  }

  private failed(reason: ReturnType<typeof deviceReason>): void {
    this.failures++;
    this.apply({ type: 'failed', reason });
    const delay = retryDelayMs(reason, this.failures);
    if (delay !== null) this.timer = window.setTimeout(() => void this.open(), delay);
  }

  private release(): void {
    window.clearTimeout(this.timer);
    this.attempt++;
    this.currentTrack?.stop();
    this.currentTrack = null;
  }

  private apply(event: DeviceEvent): void {
    const next = nextDeviceState(this.current, event);
    if (next === this.current) return;
    this.current = next;
    for (const listener of this.listeners) listener(next, this.currentTrack);
  }
}

/** The devices of a kind. Virtual ones are listed like any other; an enumeration that fails is an empty list. */
export async function listDevices(kind: DeviceKind): Promise<DeviceInfo[]> {
  const wanted = kind === 'camera' ? 'videoinput' : 'audioinput';
  try {
    const devices = await navigator.mediaDevices.enumerateDevices();
    // Chromium names the system's choice a second time under these two ids.
    return devices
      .filter((d) => d.kind === wanted && d.deviceId !== 'default' && d.deviceId !== 'communications')
      .map((d) => ({ id: d.deviceId, label: d.label }));
  } catch {
    // Enumeration may hang or fail in a broken driver; the default device can still be opened.
    return [];
  }
}
