import { type Camera, DirectionalLight, Group, HemisphereLight } from 'three';
import type { Quality } from './quality.ts';

/**
 * Three-point light around the head: a warm key from the upper left, a cool fill from the right, a rim from
 * behind that lifts the hair off the background, and sky light so that nothing is black.
 * Directions are relative to a head that looks to +Z, so the set suits every avatar size.
 */
export function createLights(quality: Quality): Group {
  const group = new Group();
  group.name = 'lights';
  const key = new DirectionalLight(0xfff1e0, 2.15);
  key.position.set(-1.1, 1.2, 1.7);
  const fill = new DirectionalLight(0xcfdcff, 0.55);
  fill.position.set(1.6, 0.25, 1.2);
  const rim = new DirectionalLight(0xe6ecff, 1.5);
  rim.position.set(0.9, 1.1, -1.6);
  const sky = new HemisphereLight(0xf3f5ff, 0x6d5f5a, quality === 'light' ? 0.9 : 0.75);
  group.add(key, fill, rim, sky);
  for (const light of [key, fill, rim]) group.add(light.target);
  // A camera that sees only flat pictures must find the same lights, or every material would be set up anew.
  for (const light of group.children) light.layers.enableAll();
  return group;
}

/** Keeps the set's targets at the origin of the group; the group itself follows the head. */
export function aimLights(lights: Group, camera: Camera): void {
  lights.position.set(camera.position.x, camera.position.y, 0);
  lights.updateMatrixWorld(true);
}
