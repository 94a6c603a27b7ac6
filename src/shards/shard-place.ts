import { createHash } from 'node:crypto';

/** Which split a project is in: learned from, or put aside. */
export type Split = 'train' | 'held';

/** Whether a project belongs to the share that is put aside, by a hash of its name. */
export const isPutAside = (name: string, share: number): boolean =>
  createHash('sha256').update(name).digest().readUInt32BE(0) / 2 ** 32 < share;

/** The split that all files of a project are in. */
export const splitOf = (project: string, share: number): Split => (isPutAside(project, share) ? 'held' : 'train');

/** What names a text: SHA-256 of its UTF-8. */
export const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** By what rows are put in order, whatever order they came in: 64 bits in hexadecimal digits. */
export const orderOf = (digest: string, seed: number): string =>
  createHash('sha256').update(`order ${seed} ${digest}`).digest('hex').slice(0, 16);

/** The shard of so many that a row with this order stands in: shards follow each other in order. */
export const shardOf = (order: string, shards: number): number =>
  Math.floor((Number.parseInt(order.slice(0, 8), 16) * shards) / 2 ** 32);
