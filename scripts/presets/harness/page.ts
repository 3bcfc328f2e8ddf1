/// <reference lib="dom" />
import { FaceLandmarker, type FaceLandmarkerResult, FilesetResolver } from '@mediapipe/tasks-vision';
import { type VRM, VRMLoaderPlugin } from '@pixiv/three-vrm';
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { frameShot } from '../../../src/renderer/pipeline/stage/framing.ts';
import { aimLights, createLights } from '../../../src/renderer/pipeline/stage/lights.ts';
import { simplifyMaterials } from '../../../src/renderer/pipeline/stage/materials.ts';
import { measureHead } from '../../../src/renderer/pipeline/stage/rig/head-frame.ts';
import { detectBody, trackBody } from './body-detect.ts';
import { degrade } from './grade.ts';
import type {
  BoneRotations,
  DetectedBody,
  DetectedFrame,
  Grade,
  HarnessApi,
  PoseState,
  StageOptions,
  TimedPose,
} from './protocol.ts';

const radians = (d: number): number => (d * Math.PI) / 180;

let vrm: VRM | undefined;
let renderer: THREE.WebGLRenderer | undefined;
let scene = new THREE.Scene();
let camera = new THREE.PerspectiveCamera();
let options: StageOptions | undefined;
let landmarker: FaceLandmarker | undefined;
let lastTime = 0;
const out = document.createElement('canvas');

const light = (
  colour: number,
  intensity: number,
  at: readonly [number, number, number],
): THREE.DirectionalLight => {
  const l = new THREE.DirectionalLight(colour, intensity);
  l.position.set(at[0], at[1], at[2]);
  l.target.position.set(0, 1.4, 0);
  scene.add(l, l.target);
  return l;
};

/** The lights of the sample clip and of the tracking check. */
const sampleLights = (to: THREE.WebGLRenderer, o: StageOptions): void => {
  const warm = o.light === 'webcam';
  scene.add(new THREE.HemisphereLight(0xf2f0ff, 0x7a6660, warm ? 1.25 : 0.95));
  const key = light(0xfff1e2, warm ? 1.7 : 2.1, warm ? [0.7, 2.2, 1.6] : [0.9, 2.2, 1.9]);
  light(0xcfd8ff, warm ? 0.75 : 0.7, [-1.4, 1.5, 1.3]);
  light(0x9fe8ea, warm ? 0.4 : 1.5, [-0.8, 2.0, -1.6]);
  if (!o.shadows) return;
  to.shadowMap.enabled = true;
  to.shadowMap.type = THREE.PCFSoftShadowMap;
  key.castShadow = true;
  key.shadow.mapSize.set(1024, 1024);
  Object.assign(key.shadow.camera, { left: -0.35, right: 0.35, top: 0.4, bottom: -0.4, near: 0.5, far: 4 });
  key.shadow.bias = -0.0006;
  key.shadow.normalBias = 0.004;
  key.shadow.radius = 6;
};

/** Lights, shading and camera of the app's programme for a machine without a graphics card. */
const programmeLook = (model: VRM, o: StageOptions): void => {
  simplifyMaterials(model.scene, model);
  const shot = frameShot(measureHead(model.scene, model.humanoid.getRawBoneNode('head')), o.width / o.height);
  const zoom = o.zoom ?? 1;
  camera.fov = shot.fovDeg / zoom;
  camera.position.set(shot.x, shot.y + (o.rise ?? 0), shot.z);
  camera.rotation.set(0, 0, 0);
  camera.updateProjectionMatrix();
  const lights = createLights('light');
  scene.add(lights);
  aimLights(lights, camera);
};

const stage = async (url: string, o: StageOptions): Promise<number> => {
  options = o;
  const factor = o.supersample;
  const canvas = document.createElement('canvas');
  renderer?.dispose();
  renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true, preserveDrawingBuffer: true });
  renderer.setSize(o.width * factor, o.height * factor, false);
  scene = new THREE.Scene();
  if (o.backdrop !== undefined) {
    const texture = await new THREE.TextureLoader().loadAsync(o.backdrop);
    texture.colorSpace = THREE.SRGBColorSpace;
    scene.background = texture;
  } else if (o.colour !== undefined) scene.background = new THREE.Color(o.colour);
  camera = new THREE.PerspectiveCamera(o.fov, o.width / o.height, 0.05, 20);
  camera.position.set(o.camera[0], o.camera[1], o.camera[2]);
  camera.lookAt(o.target[0], o.target[1], o.target[2]);
  if (o.light !== 'programme') sampleLights(renderer, o);
  const loader = new GLTFLoader();
  loader.register((parser) => new VRMLoaderPlugin(parser));
  const gltf = await loader.loadAsync(url);
  vrm = gltf.userData.vrm as VRM;
  vrm.scene.traverse((node) => {
    node.frustumCulled = false;
    if (o.shadows) {
      node.castShadow = true;
      node.receiveShadow = true;
    }
  });
  scene.add(vrm.scene);
  if (o.light === 'programme') programmeLook(vrm, o);
  out.width = o.width;
  out.height = o.height;
  let triangles = 0;
  vrm.scene.traverse((node) => {
    if (node instanceof THREE.Mesh) triangles += (node.geometry.index?.count ?? 0) / 3;
  });
  return triangles;
};

type BoneName = Parameters<VRM['humanoid']['getNormalizedBoneNode']>[0];

/** Turns the lowered right arm into a wave beside the head. */
const raiseHand = (bone: (name: BoneName) => THREE.Object3D, amount: number): void => {
  const turn = (name: BoneName, x: number, y: number, z: number): void => {
    const r = bone(name).rotation;
    r.set(
      r.x + (radians(x) - r.x) * amount,
      r.y + (radians(y) - r.y) * amount,
      r.z + (radians(z) - r.z) * amount,
    );
  };
  turn('rightUpperArm', 0, 32, 36);
  turn('rightLowerArm', 70, 20, -125);
  turn('rightHand', 0, 0, 12);
  turn('rightThumbMetacarpal', 0, -28, 10);
};

const pose = (state: PoseState): void => {
  if (vrm === undefined) throw new Error('pose: no model is loaded');
  const bone = (name: BoneName): THREE.Object3D => {
    const node = vrm?.humanoid.getNormalizedBoneNode(name);
    if (node === null || node === undefined) throw new Error(`pose: no bone ${name}`);
    return node;
  };
  vrm.scene.position.set(state.x ?? 0, state.y ?? 0, 0);
  bone('head').rotation.set(radians(state.pitch), radians(state.yaw), radians(state.roll), 'YXZ');
  bone('leftUpperArm').rotation.set(0, 0, radians(-72));
  bone('rightUpperArm').rotation.set(0, 0, radians(72));
  const wave = state.wave ?? 0;
  bone('leftLowerArm').rotation.set(0, radians(-18), 0);
  bone('rightLowerArm').rotation.set(0, radians(18), 0);
  if (wave > 0) raiseHand(bone, wave);
  if (state.jaw !== undefined) bone('jaw').rotation.set(radians(20 * state.jaw), 0, 0);
  bone('upperChest').rotation.set(radians(state.breath), 0, 0);
  for (const name of ['leftEye', 'rightEye'] as const) {
    bone(name).rotation.set(radians(state.gazePitch), radians(state.gazeYaw), 0, 'YXZ');
  }
  const manager = vrm.expressionManager;
  if (manager === undefined) throw new Error('pose: the model has no expressions');
  for (const expression of manager.expressions) manager.setValue(expression.expressionName, 0);
  for (const [name, value] of Object.entries(state.weights)) manager.setValue(name, value);
  vrm.update(state.dt);
};

const draw = (): CanvasRenderingContext2D => {
  if (renderer === undefined) throw new Error('draw: no stage');
  renderer.render(scene, camera);
  const context = out.getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('draw: no 2D context');
  context.clearRect(0, 0, out.width, out.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(renderer.domElement, 0, 0, out.width, out.height);
  return context;
};

const poseBones = (rotations: BoneRotations): void => {
  if (vrm === undefined) throw new Error('poseBones: no model is loaded');
  for (const name of Object.keys(vrm.humanoid.humanBones)) {
    const [x, y, z, w] = rotations[name] ?? [0, 0, 0, 1];
    vrm.humanoid.getNormalizedBoneNode(name as BoneName)?.quaternion.set(x, y, z, w);
  }
  vrm.update(1 / 30);
};

const drawGraded = ({ t, state }: TimedPose, grade: Grade): void => {
  pose(state);
  gradeFrame(draw(), grade, t);
};

const gradeFrame = (context: CanvasRenderingContext2D, grade: Grade, t: number): void => {
  const picture = context.getImageData(0, 0, out.width, out.height);
  degrade(picture.data, grade, Math.round(t * 1000));
  context.putImageData(picture, 0, 0);
};

const reduce = (result: FaceLandmarkerResult, t: number): DetectedFrame => {
  const face = result.faceLandmarks[0];
  if (face === undefined) return { t, found: false, landmarks: [], matrix: [], scores: [], names: [] };
  const categories = result.faceBlendshapes[0]?.categories ?? [];
  return {
    t,
    found: true,
    landmarks: face.flatMap((p) => [p.x, p.y, p.z]),
    matrix: [...(result.facialTransformationMatrixes[0]?.data ?? [])],
    scores: categories.map((c) => c.score),
    names: categories.map((c) => c.categoryName),
  };
};

const track = async (): Promise<void> => {
  landmarker?.close();
  const fileset = await FilesetResolver.forVisionTasks('/node_modules/@mediapipe/tasks-vision/wasm');
  landmarker = await FaceLandmarker.createFromOptions(fileset, {
    baseOptions: { modelAssetPath: '/models/face_landmarker.task', delegate: 'CPU' },
    runningMode: 'VIDEO',
    numFaces: 1,
    outputFaceBlendshapes: true,
    outputFacialTransformationMatrixes: true,
  });
  lastTime = 0;
};

const detect = (source: HTMLCanvasElement, t: number): DetectedFrame => {
  if (landmarker === undefined) throw new Error('detect: no landmarker');
  const stamp = Math.max(lastTime + 1, Math.round(t * 1000));
  lastTime = stamp;
  return reduce(landmarker.detectForVideo(source, stamp), t);
};

const api: HarnessApi = {
  stage,
  track,
  async shoot(state) {
    pose(state);
    draw();
    return out.toDataURL('image/png');
  },
  async measure(states, grade) {
    return states.map((each) => {
      if (grade === undefined) {
        pose(each.state);
        draw();
      } else drawGraded(each, grade);
      return detect(out, each.t);
    });
  },
  async lastPicture() {
    return out.toDataURL('image/png');
  },
  trackBody,
  async measureBody(bones, grade, frames) {
    let seen: DetectedBody | undefined;
    for (let i = 0; i < frames; i++) {
      poseBones(bones);
      gradeFrame(draw(), grade, i / 30);
      seen = detectBody(out);
    }
    if (seen === undefined) throw new Error('measureBody: no frames');
    return seen;
  },
  async film(states) {
    if (options === undefined) throw new Error('film: no stage');
    const size = options.width * options.height * 4;
    const all = new Uint8Array(size * states.length);
    states.forEach(({ state }, i) => {
      pose(state);
      all.set(draw().getImageData(0, 0, out.width, out.height).data, i * size);
    });
    await fetch('/upload', { method: 'POST', body: all });
  },
  async detectRaw(url, width, height, times) {
    const bytes = new Uint8ClampedArray(await (await fetch(url)).arrayBuffer());
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (context === null) throw new Error('detectRaw: no 2D context');
    const size = width * height * 4;
    return times.map((t, i) => {
      context.putImageData(new ImageData(bytes.slice(i * size, (i + 1) * size), width, height), 0, 0);
      return detect(canvas, t);
    });
  },
  async speed(frames) {
    if (renderer === undefined) throw new Error('speed: no stage');
    const gl = renderer.getContext();
    const pixel = new Uint8Array(4);
    const start = performance.now();
    for (let i = 0; i < frames; i++) {
      pose({
        yaw: i % 20,
        pitch: 0,
        roll: 0,
        gazeYaw: 0,
        gazePitch: 0,
        breath: 0,
        dt: 1 / 30,
        weights: { jawOpen: (i % 10) / 10, mouthSmileLeft: 0.5, eyeBlinkLeft: (i % 5) / 5 },
      });
      renderer.render(scene, camera);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    }
    return (frames * 1000) / (performance.now() - start);
  },
};

Object.assign(window, { harness: api });
