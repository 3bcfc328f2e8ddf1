import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { type AvatarPose, createAvatarPose, readAvatarPose } from '../../shared/domain/avatar-pose.ts';
import { ReasonError } from '../../shared/errors.ts';
import type { SenderOptions, VmcSender } from '../services/vmc/ports.ts';
import { VmcOutbox } from './outbox.ts';
import { closed } from './receiver.ts';

/** At most 30 poses a second; the slack keeps one that is a little early. */
const EVERY_MS = 1000 / 30 - 8;

/**
 * Sends poses as a VMC performer to a host of the user's choice. Nobody has to listen there.
 * @throws ReasonError `vmc.bad-host`
 */
export async function openSender({ host, port, now, onFailed }: SenderOptions): Promise<VmcSender> {
  // Looked up once: where it is a name, it stays the address it was.
  const { address, family } = await lookup(host, { order: 'ipv4first' }).catch((error: unknown) => {
    throw new ReasonError('vmc.bad-host', host, { cause: error });
  });
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error) => {
      socket.close();
      reject(new ReasonError('vmc.bad-host', `${host}: ${error.message}`, { cause: error }));
    };
    socket.connect(port, address, (error?: Error) => (error ? failed(error) : resolve()));
  });
  const outbox = new VmcOutbox();
  const pose: AvatarPose = createAvatarPose();
  const startedAt = now();
  let sentAt = Number.NEGATIVE_INFINITY;
  let packets = 0;
  let open = true;
  /** Nobody listens there yet, or the network is away for a moment: the next pose follows. */
  const failed = (error: NodeJS.ErrnoException) => {
    if (!open || !['EACCES', 'EPERM', 'EMSGSIZE'].includes(error.code ?? '')) return;
    open = false;
    void closed(socket);
    onFailed(new ReasonError('vmc.failed', error.message, { cause: error }));
  };
  const sent = (error: Error | null) => {
    if (error) failed(error);
  };
  socket.on('error', failed);
  socket.unref();

  return {
    address,
    setExpressions: (names) => outbox.setExpressions(names),
    pose(values) {
      const at = now();
      if (!open || at - sentAt < EVERY_MS) return;
      sentAt = at;
      readAvatarPose(values, pose);
      outbox.write(pose, (at - startedAt) / 1000, (datagram) => {
        packets++;
        // The datagram is used again before it has left: the system gets a copy.
        const { buffer, byteOffset, byteLength } = datagram;
        socket.send(new Uint8Array(buffer, byteOffset, byteLength).slice(), sent);
      });
    },
    take() {
      const count = packets;
      packets = 0;
      return count;
    },
    close() {
      if (!open) return Promise.resolve();
      open = false;
      return closed(socket);
    },
  };
}
