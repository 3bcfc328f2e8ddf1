import { type VRM, VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm';
import {
  Box3,
  Color,
  DirectionalLight,
  type Mesh,
  type Object3D,
  PerspectiveCamera,
  Scene,
  Vector3,
  WebGLRenderer,
} from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import type { Subject } from './subject.ts';

/** Shot of the programme, so that both loops draw the same part of the model at the same size. */
export interface ShotOf {
  readonly fovDeg: number;
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/**
 * The loop of three-vrm's own basic example: one light, GLTFLoader with VRMLoaderPlugin, the clean-ups that example
 * calls, `vrm.update(dt)` and `renderer.render()`; GLTFLoader alone where there is no VRM.
 */
export class PlainLoop implements Subject {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera: PerspectiveCamera;
  private readonly pixel = new Uint8Array(4);
  private vrm: VRM | null = null;
  private head: Object3D | null = null;
  private morphs: Mesh[] = [];

  constructor(width: number, height: number, antialias: boolean) {
    this.renderer = new WebGLRenderer({ canvas: new OffscreenCanvas(width, height), antialias });
    this.renderer.setSize(width, height, false);
    this.camera = new PerspectiveCamera(30, width / height, 0.05, 100);
    this.scene.background = new Color('#20242f');
    const light = new DirectionalLight(0xffffff, Math.PI);
    light.position.set(1, 1, 1).normalize();
    this.scene.add(light);
  }

  async load(url: string, shot: ShotOf): Promise<void> {
    const loader = new GLTFLoader();
    loader.register((parser) => new VRMLoaderPlugin(parser));
    const gltf = await loader.loadAsync(url);
    this.vrm = (gltf.userData['vrm'] as VRM | undefined) ?? null;
    if (this.vrm) {
      VRMUtils.removeUnnecessaryVertices(gltf.scene);
      VRMUtils.combineSkeletons(gltf.scene);
      VRMUtils.combineMorphs(this.vrm);
      VRMUtils.rotateVRM0(this.vrm);
    }
    gltf.scene.traverse((object) => {
      object.frustumCulled = false;
      const mesh = object as Mesh;
      if (mesh.isMesh && mesh.morphTargetInfluences) this.morphs.push(mesh);
    });
    this.scene.add(gltf.scene);
    this.head =
      this.vrm?.humanoid.getNormalizedBoneNode('head') ??
      gltf.scene.getObjectByName('head') ??
      gltf.scene.getObjectByName('Head') ??
      gltf.scene;
    this.camera.fov = shot.fovDeg;
    this.camera.position.set(shot.x, shot.y, shot.z);
    const size = new Box3().setFromObject(gltf.scene).getSize(new Vector3()).length();
    this.camera.near = size / 100;
    this.camera.far = size * 20;
    this.camera.updateProjectionMatrix();
  }

  draw(yaw: number, jaw: number, dt: number): void {
    this.head!.rotation.y = yaw;
    const { vrm } = this;
    if (vrm) {
      vrm.expressionManager?.setValue('jawOpen', jaw);
      vrm.expressionManager?.setValue('aa', jaw);
      vrm.expressionManager?.setValue('blink', jaw);
      vrm.update(dt);
    } else {
      for (const { morphTargetDictionary: names, morphTargetInfluences: weights } of this.morphs) {
        const index = names?.['jawOpen'];
        if (index !== undefined) weights![index] = jaw;
      }
    }
    this.renderer.render(this.scene, this.camera);
    const gl = this.renderer.getContext();
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, this.pixel);
  }

  png(): Promise<Blob> {
    return (this.renderer.domElement as unknown as OffscreenCanvas).convertToBlob({ type: 'image/png' });
  }

  dispose(): void {
    VRMUtils.deepDispose(this.scene);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
  }
}
