import path from 'path-browserify';

/** Paths as on POSIX systems, in a process whose folder is the root. */
export const { basename, dirname, extname, isAbsolute, join, normalize, sep } = path;

export const resolve = (...parts: readonly string[]): string => path.resolve('/', ...parts);
export const relative = (from: string, to: string): string => path.relative(resolve(from), resolve(to));
