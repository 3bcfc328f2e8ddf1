const MB = 1024 * 1024;

/** What an avatar may ask for at most. The numbers are far above any avatar made for streaming. */
export interface AvatarLimits {
  readonly fileBytes: number;
  readonly jsonBytes: number;
  readonly jsonDepth: number;
  /** Commas, colons and opening brackets of the JSON: bounds the objects it becomes. */
  readonly jsonTokens: number;
  readonly stringChars: number;
  readonly nodes: number;
  readonly nodeDepth: number;
  readonly scenes: number;
  readonly meshes: number;
  readonly primitives: number;
  /** Primitives drawn, counted once for each node that shows their mesh. */
  readonly drawCalls: number;
  readonly accessors: number;
  readonly bufferViews: number;
  readonly buffers: number;
  /** Elements of one accessor. */
  readonly accessorElements: number;
  /** Bytes of all accessors once unpacked. */
  readonly accessorBytes: number;
  readonly vertices: number;
  readonly triangles: number;
  /** Morph targets of one mesh. */
  readonly morphTargets: number;
  /** Vertices times targets times attributes over all primitives: each becomes 16 bytes of a texture. */
  readonly morphVertices: number;
  readonly skins: number;
  /** Joints of one skin. */
  readonly joints: number;
  readonly materials: number;
  readonly textures: number;
  readonly images: number;
  readonly imageSide: number;
  readonly imagePixels: number;
  readonly animations: number;
  readonly animationChannels: number;
  readonly springBones: number;
  readonly expressions: number;
  /** Above these gltf-validator, which copies what it reads and builds much of it, is not run. */
  readonly validator: { readonly bytes: number; readonly jsonBytes: number; readonly jsonTokens: number };
}

export const AVATAR_LIMITS: AvatarLimits = {
  fileBytes: 200 * MB,
  jsonBytes: 32 * MB,
  jsonDepth: 128,
  jsonTokens: 1_000_000,
  stringChars: 1_000_000,
  nodes: 4096,
  nodeDepth: 512,
  scenes: 64,
  meshes: 1024,
  primitives: 4096,
  drawCalls: 8192,
  accessors: 65_536,
  bufferViews: 65_536,
  buffers: 64,
  accessorElements: 8_000_000,
  accessorBytes: 512 * MB,
  vertices: 2_000_000,
  triangles: 2_000_000,
  morphTargets: 512,
  morphVertices: 24_000_000,
  skins: 256,
  joints: 1024,
  materials: 512,
  textures: 512,
  images: 128,
  imageSide: 8192,
  imagePixels: 256_000_000,
  animations: 1024,
  animationChannels: 100_000,
  springBones: 8192,
  expressions: 1024,
  validator: { bytes: 64 * MB, jsonBytes: 4 * MB, jsonTokens: 400_000 },
};
