import validator from 'gltf-validator';
import type { AvatarProblem } from '../../../../shared/domain/avatar-report.ts';

const MAX_PROBLEMS = 12;

/** Rules whose breach changes nothing in the picture, and which common exporters break in every file. */
const NOISE = [
  'ACCESSOR_MIN_MISMATCH',
  'ACCESSOR_MAX_MISMATCH',
  'ACCESSOR_ELEMENT_OUT_OF_MIN_BOUND',
  'ACCESSOR_ELEMENT_OUT_OF_MAX_BOUND',
  'ACCESSOR_VECTOR3_NON_UNIT',
  'ACCESSOR_WEIGHTS_NON_NORMALIZED',
  'ACCESSOR_JOINTS_USED_ZERO_WEIGHT',
  'NODE_SKINNED_MESH_NON_ROOT',
  'NODE_SKINNED_MESH_LOCAL_TRANSFORMS',
  'UNSUPPORTED_EXTENSION',
  'INVALID_EXTENSION_NAME_FORMAT',
  'UNUSED_OBJECT',
  'UNEXPECTED_PROPERTY',
  'EMPTY_ENTITY',
  'VALUE_NOT_IN_RANGE',
];

/**
 * Runs the Khronos glTF validator over a file that passed the gate. One problem for each rule broken: the gate has
 * the say on what is refused, so these are warnings. Nothing outside the file is ever read.
 */
export async function runValidator(bytes: Uint8Array): Promise<AvatarProblem[]> {
  const report = await validator.validateBytes(bytes, {
    format: 'glb',
    maxIssues: 500,
    writeTimestamp: false,
    ignoredIssues: NOISE,
    externalResourceFunction: () => Promise.reject(new Error('nothing outside the file is read')),
  });
  const byCode = new Map<string, { severity: number; message: string; count: number }>();
  for (const { code, severity, message, pointer } of report.issues.messages) {
    if (severity > 1) continue;
    const known = byCode.get(code);
    if (known) known.count++;
    else byCode.set(code, { severity, message: `${message} (${pointer ?? 'file'})`.slice(0, 300), count: 1 });
  }
  return [...byCode]
    .sort(([, a], [, b]) => a.severity - b.severity)
    .slice(0, MAX_PROBLEMS)
    .map(([code, { severity, message, count }]) => ({
      code: `gltf-${code.toLowerCase().replaceAll('_', '-')}`,
      severity: severity === 0 ? 'warning' : 'info',
      message: count > 1 ? `${message} and ${count - 1} more` : message,
      fix: 'Export the avatar with a newer version of its editor.',
    }));
}
