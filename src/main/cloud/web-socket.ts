import type { WebSocketLikeConstructor } from '@supabase/supabase-js';
import WebSocket from 'ws';

/**
 * What supabase-js takes for its connections instead of looking for one of the system. It is the package that it
 * asks for itself; only the types of their events, which it does not look into, are not the same.
 */
export const CLOUD_SOCKET = WebSocket as unknown as WebSocketLikeConstructor;

/** The same, and every connection that is made with it. */
export function collectSockets(): {
  readonly transport: WebSocketLikeConstructor;
  readonly sockets: ReadonlySet<WebSocket>;
} {
  const sockets = new Set<WebSocket>();
  class Collected extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols);
      sockets.add(this);
      this.once('close', () => sockets.delete(this));
      // Errors end in a close, and ws throws what nobody listens to.
      this.on('error', () => undefined);
    }
  }
  return { transport: Collected as unknown as WebSocketLikeConstructor, sockets };
}
