import { type OutputState, readOutputPose, readOutputState } from './output-messages.ts';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;

/** What an output page hears of the studio. */
export interface OutputListener {
  state(state: OutputState): void;
  pose(values: Float32Array): void;
}

/**
 * Listens to the studio at `address` and connects again, more and more slowly, whenever it is gone.
 * @returns ends it
 */
export function listenToStudio(address: string, listener: OutputListener): () => void {
  let socket: WebSocket;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let delayMs = FIRST_RETRY_MS;
  let ended = false;

  const connect = (): void => {
    socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) {
        const pose = readOutputPose(data);
        if (pose) listener.pose(pose);
        return;
      }
      const state = readOutputState(String(data));
      if (!state) return;
      delayMs = FIRST_RETRY_MS;
      listener.state(state);
    };
    socket.onclose = () => {
      if (ended) return;
      timer = setTimeout(connect, delayMs);
      delayMs = Math.min(LAST_RETRY_MS, delayMs * 1.5);
    };
  };
  connect();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket.close();
  };
}
