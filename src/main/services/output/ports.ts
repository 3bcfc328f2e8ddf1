import type { AvatarMapping } from '../../../shared/domain/avatar-mapping.ts';
import type { StudioSnapshot } from '../../../shared/domain/studio.ts';

/** What an output page needs to know; addresses are relative to the page. */
export interface OutputState {
  readonly type: 'state';
  readonly avatar: Pick<StudioSnapshot['avatar'], 'id' | 'name' | 'url' | 'family'> & {
    readonly mapping: AvatarMapping;
    /** What `expressions` of a pose means, by place. */
    readonly expressions: readonly string[];
  };
  readonly mirror: boolean;
  /** False in panic: nothing is shown. */
  readonly visible: boolean;
  readonly fps: number;
}

/** A small server on this machine that serves the output page and passes poses on to it. */
export interface OutputServer {
  /**
   * @returns the page's address, key included, and whether it is another one than last time because the port is taken
   * @throws Error when no port can be had
   */
  start(): Promise<{ readonly url: string; readonly moved: boolean }>;
  stop(): Promise<void>;
  setState(state: OutputState): void;
  /** @param pose as of writeAvatarPose, little-endian floats */
  sendPose(pose: Float32Array): void;
  readonly clients: number;
  onClients(listener: () => void): void;
}
