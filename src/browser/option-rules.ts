import { OBJECT, orNull, type ArgumentRule } from '../shared/check-arguments.js';

export const BYTES: ArgumentRule = { takes: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };
export const BYTES_OR_NULL = orNull(BYTES);
export const FUNCTION: ArgumentRule = { takes: 'a function', accepts: (value) => typeof value === 'function' };
export const ADDRESS: ArgumentRule = {
  takes: 'an address: a string or a URL',
  accepts: (value) => typeof value === 'string' || typeof (value as { href?: unknown } | null)?.href === 'string',
};

/** Of `AssetOptions`. */
export const ASSET_RULES = { assets: ADDRESS, onProgress: FUNCTION, signal: OBJECT };
