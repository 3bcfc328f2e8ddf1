import { toReasonError } from '../../../shared/errors.ts';
import { fetchAhead } from './loader.ts';
import type { StageCommand, StageEvent } from './messages.ts';
import { probeGraphics } from './quality.ts';
import { Stage } from './stage.ts';

const post = (event: StageEvent, transfer: Transferable[] = []): void =>
  self.postMessage(event, { transfer });

let stage: Stage | null = null;
// The window may still be asking main what to show.
probeGraphics();

self.onmessage = (message: MessageEvent<StageCommand>) => {
  const command = message.data;
  try {
    if (command.type === 'init') {
      if (command.avatarUrl) fetchAhead(command.avatarUrl);
      stage ??= new Stage(command, post);
    } else stage?.handle(command);
    if (command.type === 'close') self.close();
  } catch (error) {
    const { reason, message: detail } = toReasonError(error);
    post({ type: 'error', reason, detail });
  }
};
