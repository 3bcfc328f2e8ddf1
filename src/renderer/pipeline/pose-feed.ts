import { AVATAR_POSE_WIRE_VALUES } from '../../shared/domain/avatar-pose.ts';
import { outputPose } from '../../shared/ipc/output.ts';
import type { StudioClient } from '../bridge/client.ts';

/** More poses than this unanswered: main is busy, and only the newest one will be worth anything. */
const UNANSWERED_MAX = 3;

/** Sends the poses of the stage to main while output pages are open. */
export class PoseFeed {
  private readonly client: StudioClient;
  private readonly request = { values: new Array<number>(AVATAR_POSE_WIRE_VALUES).fill(0) };
  private unanswered = 0;
  private readonly answered = (): void => {
    this.unanswered--;
  };

  constructor(client: StudioClient) {
    this.client = client;
  }

  send(values: Float32Array): void {
    if (this.unanswered >= UNANSWERED_MAX || this.client.connection.state !== 'open') return;
    const { request } = this;
    for (let i = 0; i < request.values.length; i++) request.values[i] = values[i]!;
    this.unanswered++;
    // A pose that is lost is no loss: the next one follows.
    this.client.call(outputPose, request).then(this.answered, this.answered);
  }
}
