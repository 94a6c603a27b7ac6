/* eslint-disable @typescript-eslint/consistent-type-imports -- declarations of others' modules */
declare module 'buffer/' {
  export const Buffer: typeof import('node:buffer').Buffer;
}
