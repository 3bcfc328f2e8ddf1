import { createSocket, type Socket } from 'node:dgram';
import { ReasonError } from '../../shared/errors.ts';
import type { ReceiverOptions, VmcReceiver } from '../services/vmc/ports.ts';
import { VmcInbox } from './inbox.ts';
import { readPacket } from './packets.ts';

/** Programs on this machine only. */
const ADDRESS = '127.0.0.1';
/** Messages that are read per second, and at once: 55 bones and 52 channels 120 times a second, and some. */
const MESSAGES_PER_SECOND = 15_000;
const BURST = 3000;
/** Another sender is heard when the one before has been silent for so long. */
const SILENT_MS = 1000;

/**
 * Listens on a port of this machine for one VMC performer at a time. What comes is anybody's: it is bounded in size,
 * rate and range, and what is no VMC is dropped.
 * @throws ReasonError `vmc.port-in-use`, `vmc.failed`
 */
export async function openReceiver({ port, now, onFailed }: ReceiverOptions): Promise<VmcReceiver> {
  const socket = createSocket({ type: 'udp4', reuseAddr: false });
  await bound(socket, port);
  const inbox = new VmcInbox();
  let accepted = 0;
  let refused = 0;
  let from: string | null = null;
  let heardAt = 0;
  let allowance = BURST;
  let allowedAt = now();
  let useful = false;
  const visit = (address: string, args: readonly (string | number)[]) => {
    if (inbox.take(address, args)) useful = true;
  };

  socket.on('message', (bytes, sender) => {
    const at = now();
    allowance = Math.min(BURST, allowance + ((at - allowedAt) * MESSAGES_PER_SECOND) / 1000);
    allowedAt = at;
    const who = `${sender.address}:${sender.port}`;
    const isOther = who !== from && from !== null && at - heardAt < SILENT_MS;
    if (isOther || allowance < 1) {
      refused++;
      return;
    }
    useful = false;
    // A new sender has another place for its hips; it is forgotten before, and only for one that makes sense.
    if (who !== from && looksLikeVmc(bytes)) inbox.clear();
    const read = readPacket(bytes, allowance, visit);
    // What cannot be read has been looked at, too.
    allowance -= Math.max(1, read);
    if (read < 0 || !useful) refused++;
    if (!useful) return;
    accepted++;
    from = who;
    heardAt = at;
  });
  socket.on('error', (error) => {
    socket.close();
    onFailed(new ReasonError('vmc.failed', error.message, { cause: error }));
  });
  socket.unref();

  return {
    take() {
      if (from !== null && now() - heardAt >= SILENT_MS) from = null;
      const counts = { accepted, refused, from };
      accepted = 0;
      refused = 0;
      return counts;
    },
    collect: () => inbox.collect(),
    close: () => closed(socket),
  };
}

/** `/V…` or a bundle: cheap, and wrong only for those who mean to be. */
function looksLikeVmc(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x2f && bytes[1] === 0x56) || bytes[0] === 0x23;
}

function bound(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => {
      socket.close();
      const reason =
        error.code === 'EADDRINUSE' || error.code === 'EACCES' ? 'vmc.port-in-use' : 'vmc.failed';
      reject(new ReasonError(reason, `${port}: ${error.message}`, { cause: error }));
    };
    socket.once('error', failed);
    socket.bind({ address: ADDRESS, port, exclusive: true }, () => {
      socket.off('error', failed);
      resolve();
    });
  });
}

export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      // It has failed and is closed.
      resolve();
    }
  });
}
