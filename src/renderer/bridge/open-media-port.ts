import type { MediaPortAddress } from '../pipeline/media-port.ts';
import { type AttachableMediaPort, createMessageMediaPort } from './media-message-port.ts';
import { openMediaSocket } from './media-socket.ts';

/** Opens the media port in the worker that sends on it. A port that a socket has no use for is closed. */
export function openMediaPort(address: MediaPortAddress): AttachableMediaPort {
  if (address.transport === 'message-port') return createMessageMediaPort();
  // Not spread: its getters tell the state of now.
  return Object.assign(openMediaSocket(address), { attach: (port: MessagePort) => port.close() });
}
