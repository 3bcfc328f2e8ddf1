/** WebGL drawn by the processor: the GPU delegate on it is many times slower than the CPU one. */
const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render|warp/i;

/** A GPU delegate must be clearly faster: it also takes the graphics card from the stage. */
const GPU_ADVANTAGE = 0.8;

/** @returns true when the WebGL renderer string names a software renderer, or when there is none */
export function isSoftwareRenderer(renderer: string | null): boolean {
  return renderer === null || renderer === '' || SOFTWARE.test(renderer);
}

/**
 * Chooses by the time of a few frames each, ms. A delegate that failed has no times.
 */
export function chooseDelegate(cpuMs: readonly number[], gpuMs: readonly number[]): 'CPU' | 'GPU' {
  const cpu = median(cpuMs);
  const gpu = median(gpuMs);
  if (gpu === null) return 'CPU';
  if (cpu === null) return 'GPU';
  return gpu < cpu * GPU_ADVANTAGE ? 'GPU' : 'CPU';
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** The name of what draws WebGL here; null when there is no WebGL 2. */
export function webglRenderer(): string | null {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return null;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof name === 'string' ? name : null;
}
