import type { CAMERA_STATES } from '../../../shared/domain/report.ts';
import { isRetryable, type Reason } from '../../../shared/errors.ts';

export type DeviceKind = 'camera' | 'microphone';

/** State of a capture device as it is published. `black-picture` is the one reason a running device can have. */
export interface DeviceState {
  readonly state: (typeof CAMERA_STATES)[number];
  readonly reason: Reason | null;
  /** The device's own name; empty while none is open. */
  readonly label: string;
}

export const DEVICE_OFF: DeviceState = { state: 'off', reason: null, label: '' };

export type DeviceEvent =
  | { readonly type: 'start' }
  | { readonly type: 'opened'; readonly label: string }
  | { readonly type: 'failed'; readonly reason: Reason }
  | { readonly type: 'stop' }
  | { readonly type: 'black'; readonly black: boolean };

/** The device's state after an event; the same object when nothing changes. */
export function nextDeviceState(state: DeviceState, event: DeviceEvent): DeviceState {
  switch (event.type) {
    case 'start':
      // While it is tried again the reason stays: a user must be able to read it.
      return { state: 'starting', reason: state.state === 'failed' ? state.reason : null, label: '' };
    case 'opened':
      return { state: 'running', reason: null, label: event.label };
    case 'failed':
      return { state: 'failed', reason: event.reason, label: '' };
    case 'stop':
      return DEVICE_OFF;
    case 'black': {
      const reason = event.black ? 'camera.black-picture' : null;
      return state.state === 'running' && state.reason !== reason ? { ...state, reason } : state;
    }
  }
}

/**
 * Why getUserMedia refused, by the name of its exception (Media Capture and Streams, section 10.2).
 * @param error what was thrown
 */
export function deviceReason(kind: DeviceKind, error: unknown): Reason {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  switch (name) {
    case 'NotFoundError':
    case 'DevicesNotFoundError':
      return kind === 'camera' ? 'camera.no-device' : 'microphone.no-device';
    case 'NotAllowedError':
    case 'SecurityError':
    case 'PermissionDeniedError':
      return kind === 'camera' ? 'camera.denied' : 'microphone.denied';
    case 'NotReadableError':
    case 'AbortError':
    case 'TrackStartError':
      return kind === 'camera' ? 'camera.busy' : 'microphone.busy';
    case 'OverconstrainedError':
      return kind === 'camera' ? 'camera.unsupported' : 'microphone.no-device';
    default:
      return kind === 'camera' ? 'camera.unsupported' : 'microphone.busy';
  }
}

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 5000;

/**
 * How long to wait before a failed device is tried again by itself.
 * @param tries failures in a row, from 1
 * @returns ms, null when only the user or a device change can help
 */
export function retryDelayMs(reason: Reason, tries: number): number | null {
  if (!isRetryable(reason)) return null;
  return Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 1.5 ** (tries - 1));
}

/** A device change may bring back what these lack; a denied permission it does not grant. */
export function helpedByDeviceChange(reason: Reason | null): boolean {
  return reason !== null && !reason.endsWith('.denied');
}
