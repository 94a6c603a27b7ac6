/* eslint-disable @typescript-eslint/consistent-type-imports, no-restricted-syntax -- declarations of others' modules */
declare module 'path-browserify' {
  const posix: typeof import('node:path').posix;
  export default posix;
}
declare module 'buffer/' {
  export const Buffer: typeof import('node:buffer').Buffer;
}
