// What this machine can do for a stream, as one line of JSON: `electron scripts/smoke.mjs`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { app, BrowserWindow, protocol, safeStorage } from 'electron';

const TIMEOUT_MS = 60_000;
const home = mkdtempSync(path.join(tmpdir(), 'vida3-smoke-'));
app.setPath('userData', home);
app.commandLine.appendSwitch('enable-unsafe-swiftshader');
app.enableSandbox();
// Encoders are for secure pages only.
protocol.registerSchemesAsPrivileged([{ scheme: 'smoke', privileges: { standard: true, secure: true } }]);
// Nothing is left behind, and nothing that hangs holds up what comes next.
app.on('quit', () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));
setTimeout(() => end({ error: `no answer within ${TIMEOUT_MS} ms` }, 1), TIMEOUT_MS).unref();

function end(facts, code) {
  process.stdout.write(`${JSON.stringify(facts)}\n`);
  app.exit(code);
  rmSync(home, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs in the page. Everything is measured by doing it: lists of codecs and drivers promise more than they keep. */
async function probe() {
  const size = { width: 1280, height: 720 };
  const failed = (error) => ({ works: false, why: String(error?.message ?? error) });

  async function h264(hardwareAcceleration) {
    const config = {
      codec: 'avc1.42E01F',
      ...size,
      framerate: 30,
      bitrate: 3_000_000,
      latencyMode: 'realtime',
      hardwareAcceleration,
      avc: { format: 'annexb' },
    };
    const { supported } = await VideoEncoder.isConfigSupported(config);
    if (!supported) return { works: false, why: 'not supported' };
    let bytes = 0;
    let error = null;
    const encoder = new VideoEncoder({
      output: (chunk) => {
        bytes += chunk.byteLength;
      },
      error: (thrown) => {
        error = thrown;
      },
    });
    encoder.configure(config);
    const canvas = new OffscreenCanvas(size.width, size.height);
    const context = canvas.getContext('2d');
    const frames = 15;
    const start = performance.now();
    for (let i = 0; i < frames; i++) {
      context.fillStyle = `hsl(${i * 24} 60% 50%)`;
      context.fillRect(i * 20, i * 10, 400, 300);
      const frame = new VideoFrame(canvas, { timestamp: (i * 1e6) / 30 });
      encoder.encode(frame, { keyFrame: i === 0 });
      frame.close();
    }
    await encoder.flush();
    if (error) throw error;
    return { works: bytes > 0, msPerFrame: Math.round((performance.now() - start) / frames) };
  }

  async function aac() {
    const config = { codec: 'mp4a.40.2', sampleRate: 48_000, numberOfChannels: 2, bitrate: 128_000 };
    return { works: (await AudioEncoder.isConfigSupported(config)).supported === true };
  }

  /** Large matrix products by shader, read back: what a model's GPU delegate lives on. */
  function gpu() {
    const gl = new OffscreenCanvas(512, 512).getContext('webgl2');
    if (!gl) return { renderer: null, floatTextures: false, msPerPass: null };
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    const renderer = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
    const shader = (type, source) => {
      const made = gl.createShader(type);
      gl.shaderSource(made, `#version 300 es\nprecision highp float;\n${source}`);
      gl.compileShader(made);
      return made;
    };
    const program = gl.createProgram();
    gl.attachShader(
      program,
      shader(
        gl.VERTEX_SHADER,
        'void main() { vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 4.0 - 1.0; gl_Position = vec4(p, 0, 1); }',
      ),
    );
    gl.attachShader(
      program,
      shader(
        gl.FRAGMENT_SHADER,
        'out vec4 o; void main() { vec4 a = gl_FragCoord; for (int i = 0; i < 256; i++) a = fract(a * 1.37 + a.wxyz); o = a; }',
      ),
    );
    gl.linkProgram(program);
    gl.useProgram(program);
    const pixel = new Uint8Array(4);
    const pass = () => {
      gl.drawArrays(gl.TRIANGLES, 0, 3);
      gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel);
    };
    pass();
    const start = performance.now();
    for (let i = 0; i < 10; i++) pass();
    const msPerPass = Math.round((performance.now() - start) * 10) / 100;
    const software = /swiftshader|llvmpipe|software|basic render/i.test(renderer);
    return {
      renderer,
      floatTextures: gl.getExtension('EXT_color_buffer_float') !== null,
      msPerPass,
      delegate: software ? 'cpu' : 'gpu',
    };
  }

  return {
    h264: {
      hardware: await h264('prefer-hardware').catch(failed),
      software: await h264('prefer-software').catch(failed),
    },
    aac: await aac().catch(failed),
    graphics: gpu(),
  };
}

await app.whenReady();
try {
  const headers = { 'content-type': 'text/html' };
  protocol.handle('smoke', () => new Response('<title>smoke</title>', { headers }));
  const window = new BrowserWindow({
    show: false,
    webPreferences: { sandbox: true, contextIsolation: true },
  });
  await window.loadURL('smoke://machine/');
  const page = await window.webContents.executeJavaScript(`(${probe})()`);
  const keyring = await safeStorage.isAsyncEncryptionAvailable();
  end(
    {
      platform: `${process.platform} ${process.arch}`,
      versions: { electron: process.versions.electron, chrome: process.versions.chrome },
      ...page,
      safeStorage: {
        available: keyring,
        backend: process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : 'system',
      },
    },
    0,
  );
} catch (error) {
  end({ error: error instanceof Error ? error.message : String(error) }, 1);
}
