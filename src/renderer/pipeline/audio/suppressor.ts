import { loadRnnoise, RnnoiseWorkletNode } from '@sapphi-red/web-noise-suppressor';
import wasmUrl from '@sapphi-red/web-noise-suppressor/rnnoise.wasm?url';
import simdUrl from '@sapphi-red/web-noise-suppressor/rnnoise_simd.wasm?url';
import workletUrl from '@sapphi-red/web-noise-suppressor/rnnoiseWorklet.js?url';

/**
 * A node that takes noise away from up to two channels (RNNoise, J.-M. Valin, «A Hybrid DSP/Deep Learning Approach to
 * Real-Time Full-Band Speech Enhancement», 2018). Everything is loaded from the page's own server.
 * @throws Error when its files are missing or broken, or WebAssembly is forbidden
 */
export async function createSuppressor(context: BaseAudioContext): Promise<RnnoiseWorkletNode> {
  const wasmBinary = await loadRnnoise({ url: wasmUrl, simdUrl });
  // The node swallows an error here and stays silent for ever.
  await WebAssembly.compile(wasmBinary);
  await context.audioWorklet.addModule(workletUrl);
  // Its types ask for more than the node does: an offline context is as good.
  return new RnnoiseWorkletNode(context as AudioContext, { maxChannels: 2, wasmBinary });
}
