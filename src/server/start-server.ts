/** The HTTP server, apart from `index.ts`: only `nnfmt serve` loads its framework. */
export { isLoopback } from './guard.js';
export { startServer, type RunningServer } from './server.js';
export { type ServerOptions } from './server-options.js';
