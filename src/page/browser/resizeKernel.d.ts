// The compiled resize kernel, which the build puts into the script.

declare module 'resizeKernel.wasm' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
