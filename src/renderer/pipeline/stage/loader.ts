import { type VRM, VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm';
import { LoadingManager, type Texture } from 'three';
import { type GLTF, GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { type AvatarMapping, NO_MAPPING } from '../../../shared/domain/avatar-mapping.ts';
import { ReasonError } from '../../../shared/errors.ts';
import { simplifyMaterials } from './materials.ts';
import type { AvatarFamily } from './messages.ts';
import { optimiseDrawing, optimiseModel } from './optimise/optimise.ts';
import type { Quality } from './quality.ts';
import { GlbRig } from './rig/glb-rig.ts';
import type { AvatarRig } from './rig/rig.ts';
import { VrmRig } from './rig/vrm-rig.ts';

const DENIED = 'data:application/octet-stream,denied';

/** Only what lies inside the file may be read; an address in it becomes an empty answer and is never asked for. */
function lockedManager(): LoadingManager {
  const manager = new LoadingManager();
  manager.setURLModifier((url) => (/^(blob|data):/i.test(url) ? url : DENIED));
  return manager;
}

function closeBitmaps(gltf: GLTF): void {
  gltf.scene.traverse((object) => {
    const material = (object as { material?: object | object[] }).material;
    for (const one of Array.isArray(material) ? material : material ? [material] : []) {
      for (const value of Object.values(one)) {
        const texture = value as Texture | null;
        if (!texture?.isTexture) continue;
        // The pixels are on the graphics card after the first upload; without this the decoded copy stays too.
        texture.addEventListener('dispose', () => {
          const image = texture.image as unknown;
          if (typeof ImageBitmap !== 'undefined' && image instanceof ImageBitmap) image.close();
        });
      }
    }
  });
}

/**
 * Builds a rig from the bytes of an avatar file that the host has checked already.
 * @param optimise false: drawn as the file has it, to compare with
 * @throws ReasonError `avatar.load-failed`; nothing of the failed model stays in memory.
 */
export async function buildRig(
  bytes: ArrayBuffer,
  family: AvatarFamily,
  quality: Quality,
  mapping: AvatarMapping = NO_MAPPING,
  optimise = true,
): Promise<AvatarRig> {
  const loader = new GLTFLoader(lockedManager());
  if (family !== 'glb') loader.register((parser) => new VRMLoaderPlugin(parser));
  let gltf: GLTF | null = null;
  try {
    gltf = await loader.parseAsync(bytes, '');
    closeBitmaps(gltf);
    const vrm = (gltf.userData['vrm'] as VRM | undefined) ?? null;
    if (family !== 'glb' && !vrm) throw new Error('no VRM humanoid in the file');
    if (quality === 'light') simplifyMaterials(gltf.scene, vrm);
    if (optimise) optimiseModel(gltf.scene, vrm);
    const rig = vrm ? new VrmRig(vrm, mapping) : new GlbRig(gltf.scene, mapping);
    if (optimise) optimiseDrawing(rig.root, quality);
    return rig;
  } catch (error) {
    if (gltf) VRMUtils.deepDispose(gltf.scene);
    throw new ReasonError('avatar.load-failed', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/** The one avatar that was asked for before it could be used. */
let ahead: { readonly url: string; readonly answer: Promise<Response> } | null = null;

/** Begins to fetch an avatar; the next {@link loadAvatar} of the same address takes it. */
export function fetchAhead(url: string): void {
  const address = new URL(url, self.location.href);
  if (address.origin !== self.location.origin) return;
  const answer = fetch(address);
  // Whoever loads it is told what went wrong; if nobody does, nobody needs to know.
  answer.catch(() => undefined);
  ahead = { url, answer };
}

function takeAhead(url: string): Promise<Response> | null {
  const taken = ahead?.url === url ? ahead.answer : null;
  ahead = null;
  return taken;
}

/**
 * Fetches an avatar from the page's own origin and builds its rig.
 * @throws ReasonError `avatar.load-failed`
 */
export async function loadAvatar(
  url: string,
  family: AvatarFamily,
  quality: Quality,
  signal: AbortSignal,
  mapping: AvatarMapping = NO_MAPPING,
): Promise<AvatarRig> {
  const address = new URL(url, self.location.href);
  if (address.origin !== self.location.origin && address.protocol !== 'blob:') {
    throw new ReasonError('avatar.load-failed', 'not an address of this program');
  }
  let bytes: ArrayBuffer;
  try {
    const answer = await (takeAhead(url) ?? fetch(address, { signal }));
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    bytes = await answer.arrayBuffer();
  } catch (error) {
    throw new ReasonError('avatar.load-failed', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  return buildRig(bytes, family, quality, mapping);
}
