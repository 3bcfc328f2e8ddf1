/** `light`: a software renderer draws; cheap shading, no multisampling. `full`: a graphics card does. */
export type Quality = 'light' | 'full';

const SOFTWARE = /swiftshader|llvmpipe|softpipe|basic render|software/i;

/** Pure part of {@link probeGraphics}. */
export function qualityOf(rendererName: string): Quality {
  return SOFTWARE.test(rendererName) ? 'light' : 'full';
}

export interface Graphics {
  readonly name: string;
  readonly quality: Quality;
}

/** Of this worker; the driver does not change under it. */
let probed: Graphics | null = null;

/**
 * Asks a throw-away context who draws, because multisampling must be chosen before the real context exists.
 * @returns the driver's name ('unknown' where the browser hides it) and the quality that suits it.
 */
export function probeGraphics(): Graphics {
  probed ??= probe();
  return probed;
}

function probe(): Graphics {
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return { name: 'none', quality: 'light' };
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name = String(gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER) ?? 'unknown');
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return { name, quality: qualityOf(name) };
}
