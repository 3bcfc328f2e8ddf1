import type { AvatarLimits } from './limits.ts';
import {
  asIndex,
  asObject,
  checkNumbers,
  countAt,
  get,
  indexAt,
  type JsonObject,
  objectsAt,
  refuse,
} from './read.ts';

/** A part of a buffer, proven to lie inside it. */
export interface BufferView {
  readonly bytes: Uint8Array;
  /** Bytes from element to element; 0 where elements follow each other without a gap. */
  readonly stride: number;
}

export interface SparseValues {
  readonly count: number;
  readonly indices: Elements;
  readonly values: Elements;
}

/** Numbers in a buffer view, proven to lie inside it. */
export interface Elements {
  readonly view: BufferView;
  readonly offset: number;
  readonly stride: number;
  readonly componentType: number;
  readonly components: number;
  readonly count: number;
}

export interface Accessor {
  readonly index: number;
  readonly type: string;
  readonly componentType: number;
  readonly components: number;
  readonly normalized: boolean;
  readonly count: number;
  /** Null: all zeros but for the sparse ones. */
  readonly elements: Elements | null;
  readonly sparse: SparseValues | null;
}

const COMPONENT_BYTES = new Map([
  [5120, 1],
  [5121, 1],
  [5122, 2],
  [5123, 2],
  [5125, 4],
  [5126, 4],
]);
const COMPONENTS = new Map([
  ['SCALAR', 1],
  ['VEC2', 2],
  ['VEC3', 3],
  ['VEC4', 4],
  ['MAT2', 4],
  ['MAT3', 9],
  ['MAT4', 16],
]);

export const FLOAT = 5126;

export function componentBytes(componentType: number): number {
  return (
    COMPONENT_BYTES.get(componentType) ?? refuse('avatar.bad-structure', `component type ${componentType}`)
  );
}

/**
 * The buffers as views of the file or decoded from data URIs (bounded by the JSON's own size).
 * @throws ReasonError `avatar.bad-structure`
 */
export function readBuffers(root: JsonObject, bin: Uint8Array | null, limits: AvatarLimits): Uint8Array[] {
  return objectsAt(root, 'buffers', '', limits.buffers).map((buffer, index) => {
    const where = `buffers[${index}]`;
    const length = countAt(buffer, 'byteLength', where, -1);
    const uri = get(buffer, 'uri');
    const bytes =
      typeof uri === 'string' ? decodeDataUri(uri) : index === 0 && uri === undefined ? bin : null;
    if (!bytes) return refuse('avatar.bad-structure', `${where} holds no data`);
    if (length < 0 || length > bytes.length) {
      refuse('avatar.bad-structure', `${where} claims ${length} of ${bytes.length} bytes`);
    }
    return bytes.subarray(0, length);
  });
}

/** @throws ReasonError `avatar.bad-structure` */
export function decodeDataUri(uri: string): Uint8Array {
  const comma = uri.indexOf(',');
  if (comma < 0 || comma > 200 || !/;base64$/i.test(uri.slice(0, comma))) {
    refuse('avatar.bad-structure', 'a data URI that is not base64');
  }
  return Buffer.from(uri.slice(comma + 1), 'base64');
}

/** @throws ReasonError `avatar.bad-structure`, `avatar.too-complex` */
export function readViews(
  root: JsonObject,
  buffers: readonly Uint8Array[],
  limits: AvatarLimits,
): BufferView[] {
  return objectsAt(root, 'bufferViews', '', limits.bufferViews).map((view, index) => {
    const where = `bufferViews[${index}]`;
    const buffer = buffers[asIndex(get(view, 'buffer'), buffers.length, `${where}.buffer`)]!;
    const offset = countAt(view, 'byteOffset', where, 0);
    const length = countAt(view, 'byteLength', where, -1);
    const stride = countAt(view, 'byteStride', where, 0);
    if (length < 0 || offset > buffer.length || length > buffer.length - offset) {
      refuse('avatar.bad-structure', `${where} lies outside its buffer`);
    }
    if (stride > 252) refuse('avatar.bad-structure', `${where} has a stride of ${stride}`);
    return { bytes: buffer.subarray(offset, offset + length), stride };
  });
}

/**
 * Every accessor, bounded before anything is made of it.
 * @throws ReasonError `avatar.bad-structure`, `avatar.too-complex`; `avatar.too-big` for what would unpack to more
 *   than the limits
 */
export function readAccessors(
  root: JsonObject,
  views: readonly BufferView[],
  limits: AvatarLimits,
): Accessor[] {
  let total = 0;
  return objectsAt(root, 'accessors', '', limits.accessors).map((json, index) => {
    const where = `accessors[${index}]`;
    const count = countAt(json, 'count', where, -1);
    const type = get(json, 'type');
    const components = typeof type === 'string' ? COMPONENTS.get(type) : undefined;
    if (count < 1 || components === undefined)
      return refuse('avatar.bad-structure', `${where} has no type or count`);
    const componentType = countAt(json, 'componentType', where, 0);
    const bytes = count * components * componentBytes(componentType);
    total += bytes;
    if (count > limits.accessorElements || total > limits.accessorBytes) {
      refuse('avatar.too-big', `${where} asks for ${bytes} bytes`);
    }
    checkNumbers(json, 'min', components, where);
    checkNumbers(json, 'max', components, where);
    const form = { componentType, components, count };
    const view = indexAt(json, 'bufferView', views.length, where);
    const elements =
      view === null ? null : place(views[view]!, countAt(json, 'byteOffset', where, 0), form, where);
    const sparse = get(json, 'sparse');
    return {
      index,
      type: String(type),
      ...form,
      normalized: get(json, 'normalized') === true,
      elements,
      sparse:
        sparse === undefined
          ? null
          : readSparse(asObject(sparse, `${where}.sparse`), views, form, `${where}.sparse`),
    };
  });
}

type Form = Pick<Elements, 'componentType' | 'components' | 'count'>;

function readSparse(json: JsonObject, views: readonly BufferView[], form: Form, where: string): SparseValues {
  const count = countAt(json, 'count', where, -1);
  if (count < 1 || count > form.count)
    refuse('avatar.bad-structure', `${where} has ${count} of ${form.count} values`);
  const part = (key: string, partForm: Form): Elements => {
    const block = asObject(get(json, key), `${where}.${key}`);
    const view = views[asIndex(get(block, 'bufferView'), views.length, `${where}.${key}.bufferView`)]!;
    return place(view, countAt(block, 'byteOffset', where, 0), partForm, `${where}.${key}`);
  };
  const indexType = countAt(asObject(get(json, 'indices'), `${where}.indices`), 'componentType', where, 0);
  if (indexType !== 5121 && indexType !== 5123 && indexType !== 5125) {
    refuse('avatar.bad-structure', `${where} has indices of type ${indexType}`);
  }
  return {
    count,
    indices: part('indices', { componentType: indexType, components: 1, count }),
    values: part('values', { ...form, count }),
  };
}

function place(view: BufferView, offset: number, form: Form, where: string): Elements {
  const unit = componentBytes(form.componentType);
  const size = unit * form.components;
  const stride = view.stride || size;
  // Typed arrays are laid over the view, so what is not aligned cannot be read by the loader either.
  if (stride < size || stride % unit !== 0 || offset % unit !== 0) {
    refuse('avatar.bad-structure', `${where} is not aligned`);
  }
  if (offset + stride * (form.count - 1) + size > view.bytes.length) {
    refuse('avatar.bad-structure', `${where} is larger than its buffer view`);
  }
  return { view, offset, stride, ...form };
}
