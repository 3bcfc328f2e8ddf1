/** The package ships no types; these are the parts in use, after its README. */
declare module 'gltf-validator' {
  export interface ValidatorMessage {
    readonly code: string;
    readonly message: string;
    /** 0 error, 1 warning, 2 information, 3 hint. */
    readonly severity: number;
    readonly pointer?: string;
  }
  export interface ValidatorOptions {
    readonly format?: 'glb' | 'gltf';
    readonly maxIssues?: number;
    readonly writeTimestamp?: boolean;
    readonly ignoredIssues?: readonly string[];
    readonly externalResourceFunction?: (uri: string) => Promise<Uint8Array>;
  }
  export interface ValidatorReport {
    readonly issues: {
      readonly numErrors: number;
      readonly numWarnings: number;
      readonly messages: readonly ValidatorMessage[];
    };
  }
  const validator: { validateBytes(data: Uint8Array, options: ValidatorOptions): Promise<ValidatorReport> };
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS
  export default validator;
}
