/** Weak: a module that was only measured goes with all it holds. */
let memories: readonly WeakRef<WebAssembly.Memory>[] = [];

/**
 * Remembers the memory of every wasm module that this worker starts from now on: MediaPipe keeps its own to itself,
 * and a heap that only grows is what its leaks look like. To be called once, before the landmarker is loaded.
 */
export function watchWasmHeap(): void {
  const watched = { apply: remember };
  WebAssembly.instantiate = new Proxy<typeof WebAssembly.instantiate>(WebAssembly.instantiate, watched);
  WebAssembly.instantiateStreaming = new Proxy<typeof WebAssembly.instantiateStreaming>(
    WebAssembly.instantiateStreaming,
    watched,
  );
}

/** All of them together, in millions of bytes. Wasm memory never shrinks, and is given back with its module only. */
export function wasmHeapMb(): number {
  let bytes = 0;
  memories = memories.filter((each) => each.deref());
  for (const each of memories) bytes += each.deref()?.buffer.byteLength ?? 0;
  return bytes / 1e6;
}

type Started = WebAssembly.WebAssemblyInstantiatedSource | WebAssembly.Instance;

async function remember(
  start: (...args: never[]) => unknown,
  self: unknown,
  args: unknown[],
): Promise<Started> {
  const started = (await Reflect.apply(start, self, args)) as Started;
  // Of a module that was compiled before, the instance alone comes.
  const { exports } = 'instance' in started ? started.instance : started;
  for (const value of Object.values(exports)) {
    if (value instanceof WebAssembly.Memory) memories = [...memories, new WeakRef(value)];
  }
  return started;
}
