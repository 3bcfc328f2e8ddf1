import { PerspectiveCamera, Vector3 } from 'three';
import { expect, test } from 'vitest';
import { namedPlacement, PLACEMENTS } from '../../../shared/domain/scene.ts';
import { fitInto, overlayRect, viewOffset } from './layout.ts';

const rect = () => ({ x: 0, y: 0, width: 0, height: 0 });

test('contain shows all of a picture, cover leaves no gap, and neither distorts it', () => {
  for (const [pw, ph, cw, ch] of [
    [1920, 1080, 640, 360],
    [800, 800, 640, 360],
    [400, 900, 640, 360],
    [1920, 1080, 360, 640],
  ] as const) {
    for (const fit of ['contain', 'cover'] as const) {
      const { x, y, width, height } = fitInto(pw, ph, cw, ch, fit, rect());
      expect([x, y]).toEqual([0.5, 0.5]);
      expect((width * cw) / (height * ch)).toBeCloseTo(pw / ph);
      if (fit === 'contain') expect(Math.max(width, height)).toBeCloseTo(1);
      else expect(Math.min(width, height)).toBeCloseTo(1);
    }
  }
});

test('an overlay keeps its own shape on every canvas', () => {
  const on = (cw: number, ch: number) => overlayRect({ x: 0.2, y: 0.3, width: 0.5 }, 200, 100, cw, ch);
  expect(on(640, 360)).toEqual({ x: 0.2, y: 0.3, width: 0.5, height: 160 / 360 });
  expect(on(360, 640)).toEqual({ x: 0.2, y: 0.3, width: 0.5, height: 90 / 640 });
});

test('what the avatar camera looks at lies at the centre of its place', () => {
  expect(viewOffset(namedPlacement('full'), 640, 360)).toBeNull();
  for (const name of PLACEMENTS) {
    if (name === 'custom' || name === 'full') continue;
    const placement = namedPlacement(name);
    const camera = new PerspectiveCamera(30, 640 / 360, 0.1, 100);
    camera.position.set(0, 0, 5);
    camera.updateMatrixWorld();
    const size = (): number => new Vector3(0, 0.5, 0).project(camera).y - new Vector3().project(camera).y;
    const whole = size();
    const view = viewOffset(placement, 640, 360)!;
    camera.setViewOffset(view.fullWidth, view.fullHeight, view.x, view.y, 640, 360);
    const centre = new Vector3().project(camera);
    expect((centre.x + 1) / 2, name).toBeCloseTo(placement.x);
    expect((1 - centre.y) / 2, name).toBeCloseTo(placement.y);
    expect(size() / whole, name).toBeCloseTo(placement.scale);
  }
});
