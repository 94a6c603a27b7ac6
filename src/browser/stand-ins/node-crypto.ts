import { sha256 } from '@noble/hashes/sha2.js';

interface Hash {
  update(data: string | Uint8Array): Hash;
  digest(): Uint8Array;
  digest(encoding: 'hex'): string;
}

/** The one digest that is used: SHA-256, at once, which browsers have no function for. */
export function createHash(algorithm: string): Hash {
  if (algorithm !== 'sha256') throw new Error(`no ${algorithm} here`);
  const state = sha256.create();
  const hash: Hash = {
    update(data) {
      state.update(typeof data === 'string' ? new TextEncoder().encode(data) : data);
      return hash;
    },
    digest: ((encoding?: 'hex') => {
      const bytes = Buffer.from(state.digest());
      return encoding === 'hex' ? bytes.toString('hex') : bytes;
    }) as Hash['digest'],
  };
  return hash;
}
