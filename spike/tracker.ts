import { FaceLandmarker, FilesetResolver } from '@mediapipe/tasks-vision';
onmessage = async (e) => {
  const { readable, port, base } = e.data;
  const fs = await FilesetResolver.forVisionTasks(`${base}/wasm`, true);
  const fl = await FaceLandmarker.createFromOptions(fs, { baseOptions: { modelAssetPath: `${base}/models/face_landmarker.task`, delegate: 'CPU' }, runningMode: 'VIDEO', numFaces: 1, outputFaceBlendshapes: true, outputFacialTransformationMatrixes: true });
  let last = -1, n = 0, found = 0; const t: number[] = [];
  const reader = readable.getReader();
  for (;;) {
    const { value: f, done } = await reader.read(); if (done) break;
    const ts = Math.max(last + 1, Math.round(performance.now())); last = ts;
    const a = performance.now();
    const r = fl.detectForVideo(f, ts); t.push(performance.now() - a); f.close(); n++;
    if (r.faceBlendshapes[0]) { found++; port.postMessage({ m: r.facialTransformationMatrixes[0]!.data, b: r.faceBlendshapes[0].categories.map((c: any) => [c.categoryName, c.score]), n, found, t: t.slice(-50) }); }
  }
};
