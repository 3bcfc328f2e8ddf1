import { BufferAttribute, type BufferGeometry, type Mesh, type Object3D } from 'three';

/** What a level keeps: share of the triangles, and how far the surface may move, against the part's own size. */
const LEVELS = [
  { share: 0.5, error: 0.0012, locksFace: true },
  { share: 0.25, error: 0.01, locksFace: false },
] as const;
/** Below this many triangles a part costs nothing worth saving. */
const TRIANGLES_MIN = 400;
/** A face whose targets move more than this share of its vertices would keep all of them. */
const FACE_MAX = 0.6;

type Simplifier = typeof import('meshoptimizer/simplifier')['MeshoptSimplifier'];

interface Part {
  readonly geometry: BufferGeometry;
  /** By level; 0 is the file's own. */
  readonly indexes: BufferAttribute[];
}

/** Gives the simplifier; rejects when it cannot be loaded. */
type LoadSimplifier = () => Promise<Simplifier>;

/** What a simpler surface should keep beside its shape: attribute, numbers per vertex, weight. */
const KEPT = [
  ['normal', 3, 0.25],
  ['color', 3, 0.5],
  ['uv', 2, 2],
] as const;

function floats(attribute: BufferGeometry['attributes'][string], size: number): Float32Array {
  const out = new Float32Array(attribute.count * size);
  for (let v = 0; v < attribute.count; v++) {
    for (let k = 0; k < size; k++) out[v * size + k] = attribute.getComponent(v, k);
  }
  return out;
}

/** Normals, colours and texture places, side by side. */
function looks(geometry: BufferGeometry): { values: Float32Array; weights: number[] } {
  const present = KEPT.flatMap(([name, size, weight]) => {
    const attribute = geometry.attributes[name];
    return attribute ? [{ values: floats(attribute, size), size, weight }] : [];
  });
  const { count } = geometry.attributes['position']!;
  const weights = present.flatMap(({ size, weight }) => new Array<number>(size).fill(weight));
  const values = new Float32Array(count * weights.length);
  let at = 0;
  for (const { values: own, size } of present) {
    for (let v = 0; v < count; v++)
      values.set(own.subarray(v * size, (v + 1) * size), v * weights.length + at);
    at += size;
  }
  return { values, weights };
}

/** Vertices a level must leave alone: those that the face's shapes move, unless that is nearly all of them. */
function locked(geometry: BufferGeometry, indices: Uint32Array): Uint8Array | null {
  const moved: unknown = geometry.userData['moved'];
  if (!(moved instanceof Uint8Array)) return null;
  let count = 0;
  for (const vertex of indices) count += moved[vertex]!;
  return count > 0 && count < indices.length * FACE_MAX ? moved : null;
}

function simplify(
  simplifier: Simplifier,
  geometry: BufferGeometry,
  level: (typeof LEVELS)[number],
): BufferAttribute {
  const index = geometry.index!;
  const indices = new Uint32Array(index.count);
  for (let i = 0; i < indices.length; i++) indices[i] = index.getX(i);
  const { values, weights } = looks(geometry);
  const [simpler] = simplifier.simplifyWithAttributes(
    indices,
    floats(geometry.attributes['position']!, 3),
    3,
    values,
    weights.length,
    weights,
    level.locksFace ? locked(geometry, indices) : null,
    Math.floor((indices.length * level.share) / 3) * 3,
    level.error,
    // Borders are where another material goes on: moved, they would gape.
    ['Sparse', 'LockBorder'],
  );
  return new BufferAttribute(index.array instanceof Uint16Array ? new Uint16Array(simpler) : simpler, 1);
}

async function loadSimplifier(): Promise<Simplifier> {
  return (await import('meshoptimizer/simplifier')).MeshoptSimplifier;
}

const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 0));

/**
 * Fewer triangles over the same vertices, so bones and morphs work as before. Level 0 is the file's own; the simpler
 * ones are made the first time one is asked for, one by one between pictures, and are there when they are done.
 */
export class LevelOfDetail {
  private readonly root: Object3D;
  private readonly load: LoadSimplifier;
  private parts: Part[] | null = null;
  private making: Promise<void> | null = null;
  private wanted = 0;

  /** @param root everything below it that is drawn */
  constructor(root: Object3D, load: LoadSimplifier = loadSimplifier) {
    this.root = root;
    this.load = load;
  }

  get level(): number {
    return this.wanted;
  }

  set level(level: number) {
    if (level === this.wanted) return;
    this.wanted = level;
    if (this.parts) this.show();
    // What cannot be made costs only time: the file's own stays, and the next change of the level tries again.
    else if (level > 0) this.ready().catch(() => undefined);
  }

  /**
   * Resolves when the simpler levels are there; where the machine cannot make them the file's own stays.
   * @throws Error when they could not be made this time; the next call tries again
   */
  ready(): Promise<void> {
    this.making ??= this.make().catch((error: unknown) => {
      this.making = null;
      throw error;
    });
    return this.making;
  }

  private async make(): Promise<void> {
    const simplifier = await this.load();
    const parts: Part[] = [];
    if (simplifier.supported) {
      await simplifier.ready;
      for (const geometry of this.geometries()) {
        const indexes = [geometry.index!];
        for (const level of LEVELS) {
          await pause();
          indexes.push(simplify(simplifier, geometry, level));
        }
        parts.push({ geometry, indexes });
      }
    }
    this.parts = parts;
    this.show();
  }

  private geometries(): Set<BufferGeometry> {
    const found = new Set<BufferGeometry>();
    this.root.traverse((object) => {
      const { isMesh, geometry, layers } = object as Mesh;
      const whole = geometry?.drawRange.count === Number.POSITIVE_INFINITY;
      if (!isMesh || !whole || layers.mask === 0 || !geometry.index) return;
      const parted = geometry.groups.some(
        ({ start, count }) => start !== 0 || count !== Number.POSITIVE_INFINITY,
      );
      if (!parted && geometry.index.count >= TRIANGLES_MIN * 3) found.add(geometry);
    });
    return found;
  }

  private show(): void {
    for (const { geometry, indexes } of this.parts ?? []) {
      geometry.setIndex(indexes[Math.min(this.wanted, indexes.length - 1)]!);
    }
  }
}
