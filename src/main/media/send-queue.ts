import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/**
 * Bytes that the system has taken for the peer of this connection and the peer has not acknowledged; null where the
 * system does not say (only Linux does).
 */
export function unacknowledgedBytes({ localPort, remotePort, localFamily }: Socket): number | null {
  if (process.platform !== 'linux' || localPort === undefined || remotePort === undefined) return null;
  let table: string;
  try {
    table = readFileSync(localFamily === 'IPv6' ? '/proc/net/tcp6' : '/proc/net/tcp', 'latin1');
  } catch {
    // A sandbox may hide it; then it is as on other systems.
    return null;
  }
  return sendQueue(table, localPort, remotePort);
}

/** The send queue in a table of the form of `/proc/net/tcp`; null when it does not hold the connection. */
export function sendQueue(table: string, localPort: number, remotePort: number): number | null {
  const [local, remote] = [hex(localPort), hex(remotePort)];
  // Number, own address, other address, state, bytes to send.
  const row = new RegExp(`^\\s*\\d+: \\w+:${local} \\w+:${remote} \\w\\w ([\\dA-F]{8}):`, 'im').exec(table);
  return row ? Number.parseInt(row[1]!, 16) : null;
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
