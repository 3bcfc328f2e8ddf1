import { normalise, randomFrom, sub, type V3 } from '../model/maths.ts';
import { buildTree } from './bvh.ts';
import { lampsOf } from './lamps.ts';
import type { Mesh } from './mesh.ts';
import { follow, found, ray, type Scene } from './path.ts';

/** A room to be rendered: metres, Y up, the camera looks towards -Z. */
export interface Room {
  readonly mesh: Mesh;
  readonly eye: V3;
  readonly target: V3;
  /** Vertical field of view in degrees. */
  readonly fov: number;
  /** Lens radius and distance of what is sharp: everything nearer and farther blurs. */
  readonly aperture: number;
  readonly focus: number;
  /** Light that comes from nowhere in particular. */
  readonly ambient: V3;
  /** Parallel light: towards the sun, its radiance, the tangent of its half angle. */
  readonly sun?: { readonly to: V3; readonly light: V3; readonly spread: number };
  /** The view out of the window by place in the picture (x from 0 to the aspect ratio, y downwards from 0 to 1). */
  backdrop(x: number, y: number): V3;
}

/** Means over the samples of each pixel, RGB interleaved: seen light sources, received light, surface colour, facing. */
export interface Layers {
  readonly glow: Float32Array;
  readonly light: Float32Array;
  readonly albedo: Float32Array;
  readonly normal: Float32Array;
}

export const newLayers = (pixels: number): Layers => ({
  glow: new Float32Array(pixels * 3),
  light: new Float32Array(pixels * 3),
  albedo: new Float32Array(pixels * 3),
  normal: new Float32Array(pixels * 3),
});

const sceneOf = ({ mesh, ambient, sun }: Room): Scene => {
  const tree = buildTree(mesh.corners, mesh.material);
  return {
    tree,
    materials: mesh.materials,
    lamps: lampsOf(tree, mesh.materials),
    ambient,
    sun: sun ? { ...sun, to: normalise(sun.to) } : null,
    passesSun: Uint8Array.from(mesh.materials, (m) => (m.portal === true ? 1 : 0)),
  };
};

/** Aims `ray` from a point of the lens (unit disc) through a place in the picture. */
type Camera = (x: number, y: number, lensX: number, lensY: number) => void;

const cameraOf = ({ eye, target, fov, aperture, focus }: Room, aspect: number): Camera => {
  const forward = normalise(sub(target, eye));
  const right = normalise([-forward[2], 0, forward[0]]);
  const up: V3 = [
    right[1] * forward[2] - right[2] * forward[1],
    right[2] * forward[0] - right[0] * forward[2],
    right[0] * forward[1] - right[1] * forward[0],
  ];
  const scale = Math.tan((fov * Math.PI) / 360);
  return (x, y, lensX, lensY) => {
    const lx = lensX * aperture;
    const ly = lensY * aperture;
    const px = (2 * x - aspect) * scale * focus - lx;
    const py = (1 - 2 * y) * scale * focus - ly;
    const along = (c: 0 | 1 | 2): number => forward[c] * focus + right[c] * px + up[c] * py;
    const [dx, dy, dz] = normalise([along(0), along(1), along(2)]);
    ray.ox = eye[0] + right[0] * lx + up[0] * ly;
    ray.oy = eye[1] + right[1] * lx + up[1] * ly;
    ray.oz = eye[2] + right[2] * lx + up[2] * ly;
    ray.dx = dx;
    ray.dy = dy;
    ray.dz = dz;
  };
};

const addTo = (layer: Float32Array, at: number, r: number, g: number, b: number): void => {
  layer[at] = (layer[at] as number) + r;
  layer[at + 1] = (layer[at + 1] as number) + g;
  layer[at + 2] = (layer[at + 2] as number) + b;
};

/** Renders the rows `from`, `from + step`, … into `layers`. The same numbers come out however rows are shared out. */
export const traceRows = (
  room: Room,
  { width, height, samples }: { width: number; height: number; samples: number },
  from: number,
  step: number,
  layers: Layers,
): void => {
  const scene = sceneOf(room);
  const aim = cameraOf(room, width / height);
  const grid = Math.floor(Math.sqrt(samples));
  for (let j = from; j < height; j += step) {
    const random = randomFrom(j * 7919 + 17);
    for (let i = 0; i < width; i++) {
      const out = (j * width + i) * 3;
      let solid = 0;
      const lensA = random();
      const lensB = random();
      for (let s = 0; s < samples; s++) {
        const cell = s % (grid * grid);
        const x = (i + ((cell % grid) + random()) / grid) / height;
        const y = (j + (Math.floor(cell / grid) + random()) / grid) / height;
        // Roberts' R2 sequence spreads the samples evenly over the lens: calm edges where the picture is out of focus.
        const angle = ((lensA + s * 0.7548776662466927) % 1) * Math.PI * 2;
        const radius = Math.sqrt((lensB + s * 0.5698402909980532) % 1);
        aim(x, y, Math.cos(angle) * radius, Math.sin(angle) * radius);
        follow(scene, random);
        const m = found.first;
        if (m?.emit !== undefined) {
          const seen =
            m.portal === true ? room.backdrop((i + 0.5) / height, (j + 0.5) / height) : (m.look ?? m.emit);
          addTo(layers.glow, out, seen[0] / samples, seen[1] / samples, seen[2] / samples);
        } else if (m) {
          solid++;
          addTo(layers.albedo, out, m.albedo[0] / samples, m.albedo[1] / samples, m.albedo[2] / samples);
          addTo(layers.normal, out, found.nx / samples, found.ny / samples, found.nz / samples);
        }
        addTo(layers.light, out, found.r / samples, found.g / samples, found.b / samples);
      }
      // Light as a mean over what is no light source: its share is already in the mean colour.
      const gain = solid > 0 ? samples / solid : 0;
      for (let c = 0; c < 3; c++) layers.light[out + c] = (layers.light[out + c] as number) * gain;
    }
  }
};
