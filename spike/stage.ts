import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { VRMLoaderPlugin } from '@pixiv/three-vrm';
onmessage = async (e) => {
  const { cfg, port, ws: wsUrl } = e.data;
  const canvas = new OffscreenCanvas(cfg.w, cfg.h);
  const renderer = new THREE.WebGLRenderer({ canvas, antialias: cfg.aa }); renderer.setSize(cfg.w, cfg.h, false);
  const scene = new THREE.Scene(); scene.background = new THREE.Color(0x223344);
  const cam = new THREE.PerspectiveCamera(30, cfg.w / cfg.h, 0.05, 20);
  for (const [x, y, z, i] of [[1, 2, 2, 2], [-2, 1, 2, 1], [0, 2, -2, 1.5]]) { const l = new THREE.DirectionalLight(0xffffff, i); l.position.set(x!, y!, z!); scene.add(l); }
  scene.add(new THREE.AmbientLight(0xffffff, 0.5));
  const loader = new GLTFLoader(); loader.register((p) => new VRMLoaderPlugin(p));
  const buf = await (await fetch(`/avatars/${cfg.avatar}`)).arrayBuffer();
  const gltf = await loader.parseAsync(buf, '');
  const vrm = gltf.userData.vrm; scene.add(vrm ? vrm.scene : gltf.scene);
  const head = vrm?.humanoid?.getNormalizedBoneNode('head');
  const meshes: THREE.Mesh[] = []; let tris = 0;
  scene.traverse((o: any) => { if (o.isMesh) { tris += (o.geometry.index?.count ?? o.geometry.attributes.position.count) / 3; o.frustumCulled = false; if (o.morphTargetInfluences) meshes.push(o);
    if (cfg.mat === 'lambert') { const src = Array.isArray(o.material) ? o.material : [o.material]; const r = src.map((s: any) => new THREE.MeshLambertMaterial({ color: s.color, map: s.map, vertexColors: s.vertexColors })); o.material = Array.isArray(o.material) ? r : r[0]; }
    if (cfg.mat === 'basic') { o.material = new THREE.MeshBasicMaterial({ color: 0xaa8877 }); }
    if (cfg.morph === 'none' || cfg.morph === 'cpu') { o.userData.pos = o.geometry.morphAttributes.position; o.geometry.morphAttributes = {}; } } });
  // CPU sparse morphs
  const sp = meshes.map((m) => { const base = (m.geometry.attributes.position!.array as Float32Array).slice(); const pos = m.userData.pos as THREE.BufferAttribute[] | undefined;
    if (!pos || cfg.morph !== 'cpu') return null; return { m, base, t: pos.map((a) => { const idx: number[] = [], d: number[] = []; for (let i = 0; i < a.count; i++) { const x = a.getX(i), y = a.getY(i), z = a.getZ(i); if (x * x + y * y + z * z > 1e-12) { idx.push(i); d.push(x, y, z); } } return { idx: new Uint32Array(idx), d: new Float32Array(d) }; }) }; });
  const box = new THREE.Box3().setFromObject(scene); const hp = new THREE.Vector3(); if (head) head.getWorldPosition(hp); else box.getCenter(hp);
  const front = vrm?.meta?.metaVersion === '0' ? -1 : 1; cam.position.set(hp.x, hp.y + 0.05, hp.z + front * 1.1); cam.lookAt(hp.x, hp.y + 0.03, hp.z);
  let latest: any = null; port.onmessage = (m: any) => { latest = m.data; };
  const sock = new WebSocket(wsUrl); sock.binaryType = 'arraybuffer'; await new Promise((r) => (sock.onopen = r));
  let enc: VideoEncoder | null = null, out = 0, bytes = 0, keys = 0, skipped = 0;
  if (cfg.encode) { enc = new VideoEncoder({ output: (c) => { out++; bytes += c.byteLength; if (c.type === 'key') keys++; const b = new ArrayBuffer(9 + c.byteLength); const v = new DataView(b); v.setUint8(0, c.type === 'key' ? 1 : 0); v.setFloat64(1, c.timestamp); c.copyTo(new Uint8Array(b, 9)); sock.send(b); }, error: (er) => postMessage({ err: String(er) }) });
    enc.configure({ codec: 'avc1.42E01F', width: cfg.w, height: cfg.h, bitrate: 1_500_000, framerate: cfg.fps, latencyMode: 'realtime', avc: { format: 'annexb' } }); }
  const rt: number[] = []; let n = 0, lastKey = -1e9, m4 = new THREE.Matrix4(), morphMs = 0;
  const frame = () => { const a = performance.now();
    if (latest) { m4.fromArray(latest.m); if (head) head.quaternion.setFromRotationMatrix(m4); for (const [k, v] of latest.b) vrm?.expressionManager?.setValue(k, v); }
    else { const s = Math.sin(n / 5) * 0.5 + 0.5; for (const m of meshes) for (let i = 0; i < Math.min(15, m.morphTargetInfluences!.length); i++) m.morphTargetInfluences![i] = s; if (head) head.rotation.y = s - 0.5; }
    vrm?.update(1 / cfg.fps);
    const c0 = performance.now();
    for (const s of sp) if (s) { const p = s.m.geometry.attributes.position!.array as Float32Array; p.set(s.base); s.t.forEach((t, k) => { const w = s.m.morphTargetInfluences![k]!; if (w < 1e-3) return; const { idx, d } = t; for (let i = 0, j = 0; i < idx.length; i++, j += 3) { const o = idx[i]! * 3; p[o]! += w * d[j]!; p[o + 1]! += w * d[j + 1]!; p[o + 2]! += w * d[j + 2]!; } }); s.m.geometry.attributes.position!.needsUpdate = true; }
    morphMs += performance.now() - c0;
    renderer.render(scene, cam);
    if (enc) { if (enc.encodeQueueSize > 2) skipped++; else { const ts = Math.round(a * 1000); const f = new VideoFrame(canvas, { timestamp: ts }); const key = ts - lastKey >= 2_000_000; if (key) lastKey = ts; enc.encode(f, { keyFrame: key }); f.close(); } }
    else { renderer.getContext().readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4)); }
    n++; rt.push(performance.now() - a); };
  if (cfg.track) while (!latest) await new Promise((r) => setTimeout(r, 50));
  const t0 = performance.now(); let due = t0, late = 0;
  const tick = () => { frame(); const now = performance.now(); if (now - t0 > cfg.secs * 1000) { const s = [...rt].sort((x, y) => x - y); const tt = latest ? [...latest.t].sort((x: number, y: number) => x - y) : [];
      postMessage({ tris, frames: n, fps: n / ((now - t0) / 1000), p50: s[s.length >> 1], p95: s[(s.length * 0.95) | 0], morphMs: morphMs / n, out, keys, bytes, skipped, late, tracked: latest?.n, found: latest?.found, trackP50: tt[tt.length >> 1], trackFps: latest ? latest.n / ((now - t0) / 1000) : 0 }); return; }
    due += 1000 / cfg.fps; if (due < now) { late++; due = now; } setTimeout(tick, cfg.free ? 0 : Math.max(0, due - now)); };
  tick();
};
