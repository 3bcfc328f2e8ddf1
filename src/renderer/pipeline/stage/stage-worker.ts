import { toReasonError } from '../../../shared/errors.ts';
import { FaceSolver } from '../solver/face-solver.ts';
import type { StageCommand, StageEvent } from './messages.ts';
import { Stage } from './stage.ts';

const post = (event: StageEvent, transfer: Transferable[] = []): void =>
  self.postMessage(event, { transfer });

let stage: Stage | null = null;

self.onmessage = (message: MessageEvent<StageCommand>) => {
  const command = message.data;
  try {
    if (command.type === 'init') stage ??= new Stage(command, new FaceSolver({ steadyDelay: true }), post);
    else stage?.handle(command);
    if (command.type === 'close') self.close();
  } catch (error) {
    const { reason, message: detail } = toReasonError(error);
    post({ type: 'error', reason, detail });
  }
};
