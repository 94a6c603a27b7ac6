import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { PoolState } from './thread-pool.js';

/** Figures of a server, in a registry of its own. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly durations = new Histogram({
    name: 'nnfmt_request_duration_seconds', help: 'From the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [this.registry],
  });

  /** @param pools asked when the figures are read */
  constructor(pools: Readonly<Record<string, () => PoolState>>) {
    collectDefaultMetrics({ register: this.registry });
    const help = {
      busy: 'Threads at work.', waiting: 'Requests that wait for a thread.', threads: 'Threads that run.',
      replaced: 'Threads that were ended or died since the start.',
    };
    for (const name of ['busy', 'waiting', 'threads', 'replaced'] as const) {
      new Gauge({
        name: `nnfmt_pool_${name}`, help: help[name], labelNames: ['pool'], registers: [this.registry],
        collect() {
          for (const [pool, state] of Object.entries(pools)) this.set({ pool }, state()[name]);
        },
      });
    }
  }

  /** @param request.route as it stands in the table: addresses that lead nowhere are one */
  count(request: {
    readonly method: string; readonly route: string; readonly status: number; readonly seconds: number;
  }): void {
    const { method, route, status, seconds } = request;
    this.durations.observe({ method, route, status: String(status) }, seconds);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }
}
