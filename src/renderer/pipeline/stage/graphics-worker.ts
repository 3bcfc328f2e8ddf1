import { probeGraphics } from './quality.ts';

// The first context of a browser wakes its graphics process and driver. Here that happens beside the loading of
// three.js instead of after it; the stage's own contexts are then there in a moment.
probeGraphics();
self.close();
