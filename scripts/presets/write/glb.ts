import type { V3 } from '../model/maths.ts';

/** Minimal GLB 2.0 writer: typed arrays in, one binary chunk out. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A JSON object that can still be filled. */
export type Obj = { [key: string]: Json };

const FLOAT = 5126;
const USHORT = 5123;
const UBYTE = 5121;
const TARGET_VERTEX = 34962;
const TARGET_INDEX = 34963;

interface Accessor {
  [key: string]: Json;
}

/** Collects buffer views and accessors while a document is put together. */
export class BinaryBuilder {
  readonly accessors: Accessor[] = [];
  readonly views: { [key: string]: Json }[] = [];
  private readonly chunks: Uint8Array[] = [];
  private length = 0;

  /** Stores raw bytes, four-byte aligned; returns the view index. */
  view(bytes: Uint8Array, target?: number): number {
    const pad = (4 - (this.length % 4)) % 4;
    if (pad > 0) {
      this.chunks.push(new Uint8Array(pad));
      this.length += pad;
    }
    const view: { [key: string]: Json } = {
      buffer: 0,
      byteOffset: this.length,
      byteLength: bytes.byteLength,
    };
    if (target !== undefined) view.target = target;
    this.views.push(view);
    this.chunks.push(bytes);
    this.length += bytes.byteLength;
    return this.views.length - 1;
  }

  private push(accessor: Accessor): number {
    this.accessors.push(accessor);
    return this.accessors.length - 1;
  }

  /** Vertex attribute of floats, `size` per vertex; `bounds` adds min and max (required for POSITION). */
  floats(values: readonly (readonly number[])[], type: string, bounds = false): number {
    const size = values[0]?.length ?? 0;
    const data = new Float32Array(values.length * size);
    values.forEach((v, i) => {
      data.set(v, i * size);
    });
    const accessor: Accessor = {
      bufferView: this.view(bytesOf(data), type === 'MAT4' ? undefined : TARGET_VERTEX),
      componentType: FLOAT,
      count: values.length,
      type,
    };
    if (bounds) Object.assign(accessor, boundsOf(data, size));
    return this.push(accessor);
  }

  /** Normalised bytes, four per vertex. */
  colours(values: readonly (readonly [number, number, number])[]): number {
    const data = new Uint8Array(values.length * 4);
    values.forEach((v, i) => {
      data.set([v[0], v[1], v[2], 255], i * 4);
    });
    return this.push({
      bufferView: this.view(data, TARGET_VERTEX),
      componentType: UBYTE,
      normalized: true,
      count: values.length,
      type: 'VEC4',
    });
  }

  /** Joint indices as bytes and weights as normalised bytes that add up to 255. */
  skin(values: readonly (readonly (readonly [number, number])[])[]): [number, number] {
    const joints = new Uint8Array(values.length * 4);
    const weights = new Uint8Array(values.length * 4);
    values.forEach((list, i) => {
      let rest = 255;
      list.forEach(([joint, weight], k) => {
        const w = k === list.length - 1 ? rest : Math.min(rest, Math.round(weight * 255));
        // An unused slot must name joint 0.
        if (w > 0) {
          joints[i * 4 + k] = joint;
          weights[i * 4 + k] = w;
        }
        rest -= w;
      });
    });
    return [
      this.push({
        bufferView: this.view(joints, TARGET_VERTEX),
        componentType: UBYTE,
        count: values.length,
        type: 'VEC4',
      }),
      this.push({
        bufferView: this.view(weights, TARGET_VERTEX),
        componentType: UBYTE,
        normalized: true,
        count: values.length,
        type: 'VEC4',
      }),
    ];
  }

  indices(triangles: readonly (readonly [number, number, number])[]): number {
    const data = new Uint16Array(triangles.flat());
    return this.push({
      bufferView: this.view(bytesOf(data), TARGET_INDEX),
      componentType: USHORT,
      count: data.length,
      type: 'SCALAR',
    });
  }

  /** Sparse float VEC3 over an all-zero base: `count` elements, of which `at` differ. */
  sparse(count: number, at: readonly number[], values: readonly (readonly number[])[]): number {
    const data = new Float32Array(values.flat());
    const dense = boundsOf(data, 3);
    const zero = [0, 1, 2];
    const withZero = at.length < count;
    return this.push({
      componentType: FLOAT,
      count,
      type: 'VEC3',
      min: zero.map((k) => (withZero ? Math.min(0, dense.min[k] as number) : (dense.min[k] as number))),
      max: zero.map((k) => (withZero ? Math.max(0, dense.max[k] as number) : (dense.max[k] as number))),
      sparse: {
        count: at.length,
        indices: { bufferView: this.view(bytesOf(new Uint16Array(at))), componentType: USHORT },
        values: { bufferView: this.view(bytesOf(data)) },
      },
    });
  }

  /** The whole binary chunk. */
  bytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let at = 0;
    for (const c of this.chunks) {
      out.set(c, at);
      at += c.byteLength;
    }
    return out;
  }
}

const bytesOf = (data: Float32Array | Uint16Array): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

const boundsOf = (data: Float32Array, size: number): { min: number[]; max: number[] } => {
  const min = new Array<number>(size).fill(Number.POSITIVE_INFINITY);
  const max = new Array<number>(size).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < data.length; i++) {
    const k = i % size;
    min[k] = Math.min(min[k] as number, data[i] as number);
    max[k] = Math.max(max[k] as number, data[i] as number);
  }
  return { min, max };
};

/** Micrometres are enough; shorter numbers make a smaller document. */
export const round = (v: V3): number[] => v.map((x) => Math.round(x * 1e6) / 1e6);

/** Puts the JSON and the binary chunk into one GLB. */
export const packGlb = (json: Json, binary: Uint8Array): Uint8Array => {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const textLength = Math.ceil(text.length / 4) * 4;
  const binLength = Math.ceil(binary.length / 4) * 4;
  const out = new Uint8Array(12 + 8 + textLength + 8 + binLength);
  const view = new DataView(out.buffer);
  view.setUint32(0, 0x46546c67, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, out.length, true);
  view.setUint32(12, textLength, true);
  view.setUint32(16, 0x4e4f534a, true);
  out.fill(0x20, 20, 20 + textLength);
  out.set(text, 20);
  view.setUint32(20 + textLength, binLength, true);
  view.setUint32(24 + textLength, 0x004e4942, true);
  out.set(binary, 28 + textLength);
  return out;
};
