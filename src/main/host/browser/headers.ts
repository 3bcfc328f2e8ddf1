import type { OutgoingHttpHeaders } from 'node:http';
import { pageHeaders } from '../csp.ts';

/** What every answer carries, refusals included. `port` is the one this server listens on. */
export function securityHeaders(port: number): OutgoingHttpHeaders {
  return pageHeaders([`ws://127.0.0.1:${port}`]);
}
