import {
  ConstantAlphaFactor,
  CustomBlending,
  Mesh,
  NoBlending,
  NormalBlending,
  OneMinusConstantAlphaFactor,
  PlaneGeometry,
  ShaderMaterial,
  type Texture,
  Vector4,
} from 'three';
import type { LayerRect } from './layout.ts';

/**
 * How a quad meets what is below it. `cover`: replaces it; `over`: by its own alpha; `mix`: by its opacity alone, so
 * that two whole pictures fade into each other, their alpha included; `layer`: by its own alpha, with which its colours
 * are multiplied already, as a canvas has them.
 */
export type QuadBlend = 'cover' | 'over' | 'mix' | 'layer';

const BLENDING = {
  cover: NoBlending,
  over: NormalBlending,
  mix: CustomBlending,
  layer: NormalBlending,
} as const;

/** Flat pictures are on a layer of their own, so that a camera can leave out the models. */
export const LAYER_OF_QUADS = 1;

const VERTEX = `
uniform vec4 rect;
uniform float upsideDown;
varying vec2 at;
void main() {
  at = vec2(uv.x, mix(uv.y, 1.0 - uv.y, upsideDown));
  gl_Position = vec4(rect.xy + position.xy * rect.zw, 0.0, 1.0);
}`;

// The texel is written as it is: these pictures are encoded for the screen already, as the canvas is.
const FRAGMENT = `
uniform sampler2D map;
uniform float opacity;
varying vec2 at;
void main() {
  vec4 texel = texture2D(map, at);
  gl_FragColor = vec4(texel.rgb, texel.a * opacity);
}`;

/** A flat picture on the canvas, before or behind everything else by its order; invisible without a texture. */
export class Quad {
  readonly mesh: Mesh<PlaneGeometry, ShaderMaterial>;
  private readonly rect = new Vector4(0, 0, 1, 1);
  private readonly map: { value: Texture | null } = { value: null };
  private readonly alpha = { value: 1 };
  private readonly blend: QuadBlend;
  private on = true;

  /** @param upsideDown the texture's first row is the upper one */
  constructor(order: number, blend: QuadBlend, upsideDown = false) {
    this.blend = blend;
    const material = new ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      uniforms: {
        rect: { value: this.rect },
        map: this.map,
        opacity: this.alpha,
        upsideDown: { value: upsideDown ? 1 : 0 },
      },
      premultipliedAlpha: blend === 'layer',
      // What covers is drawn before, what blends after the solid parts of the avatar.
      transparent: blend !== 'cover',
      blending: BLENDING[blend],
      ...(blend === 'mix' ? { blendSrc: ConstantAlphaFactor, blendDst: OneMinusConstantAlphaFactor } : {}),
      depthTest: false,
      depthWrite: false,
      toneMapped: false,
    });
    this.mesh = new Mesh(new PlaneGeometry(2, 2), material);
    this.mesh.renderOrder = order;
    this.mesh.layers.set(LAYER_OF_QUADS);
    this.mesh.frustumCulled = false;
    this.mesh.matrixAutoUpdate = false;
    this.update();
  }

  get texture(): Texture | null {
    return this.map.value;
  }

  /** The texture stays the caller's to dispose. */
  setTexture(texture: Texture | null): void {
    this.map.value = texture;
    this.update();
  }

  setOn(on: boolean): void {
    this.on = on;
    this.update();
  }

  get visible(): boolean {
    return this.mesh.visible;
  }

  setOpacity(opacity: number): void {
    if (this.blend === 'mix') this.mesh.material.blendAlpha = opacity;
    else this.alpha.value = opacity;
  }

  place({ x, y, width, height }: LayerRect): void {
    this.rect.set(x * 2 - 1, 1 - y * 2, width, height);
  }

  dispose(): void {
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }

  private update(): void {
    this.mesh.visible = this.on && this.map.value !== null;
  }
}
