import type { ReasonError } from '../../../shared/errors.ts';
import type { VmcPose } from '../../../shared/ipc/vmc.ts';

export interface ReceiverCounts {
  /** Packets with something in them that was of use. */
  readonly accepted: number;
  readonly refused: number;
  /** Address and port of the sender that is listened to. */
  readonly from: string | null;
}

/** A port of this machine on which another program's pose is heard. */
export interface VmcReceiver {
  /** Counts since the last call. */
  take(): ReceiverCounts;
  /** What came since the last call; null: nothing. */
  collect(): VmcPose | null;
  close(): Promise<void>;
}

export interface ReceiverOptions {
  readonly port: number;
  readonly now: () => number;
  /** It ended by itself; nothing comes any more. */
  readonly onFailed: (error: ReasonError) => void;
}

/** A way to another program that takes poses. */
export interface VmcSender {
  /** The IP address that the host was found to have. */
  readonly address: string;
  /** The names that a pose's expressions stand for, by place. */
  setExpressions(names: readonly string[]): void;
  /** Sends a pose, unless the last one is too recent. @param values as of writeAvatarPose */
  pose(values: ArrayLike<number>): void;
  /** Packets sent since the last call. */
  take(): number;
  close(): Promise<void>;
}

export interface SenderOptions {
  readonly host: string;
  readonly port: number;
  readonly now: () => number;
  /** The system refuses to send any more. */
  readonly onFailed: (error: ReasonError) => void;
}

export interface VmcNetwork {
  /** @throws ReasonError `vmc.port-in-use`, `vmc.failed` */
  openReceiver(options: ReceiverOptions): Promise<VmcReceiver>;
  /** @throws ReasonError `vmc.bad-host` */
  openSender(options: SenderOptions): Promise<VmcSender>;
}
