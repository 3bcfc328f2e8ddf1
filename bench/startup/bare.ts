import { VRMLoaderPlugin, VRMUtils } from '@pixiv/three-vrm';
import { Color, DirectionalLight, PerspectiveCamera, Scene, WebGLRenderer } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';

/** The least a page can do to show an avatar: what the studio's start is measured against. */
const canvas = document.querySelector('canvas')!;
const renderer = new WebGLRenderer({ canvas });
renderer.setSize(640, 360, false);
const scene = new Scene();
scene.background = new Color('#20242f');
const camera = new PerspectiveCamera(30, 640 / 360, 0.05, 20);
camera.position.set(0, 1.4, 1.1);
camera.lookAt(0, 1.4, 0);
const light = new DirectionalLight(0xffffff, 2);
light.position.set(1, 2, 2);
scene.add(light);
const loader = new GLTFLoader();
loader.register((parser) => new VRMLoaderPlugin(parser));
const { userData } = await loader.loadAsync('/avatar.vrm');
VRMUtils.rotateVRM0(userData['vrm']);
scene.add(userData['vrm'].scene);
renderer.render(scene, camera);
// Drawn is what has been read back; the command queue alone promises nothing.
renderer.getContext().readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4));
Reflect.set(window, 'shownMs', performance.now());
