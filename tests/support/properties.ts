import fc from 'fast-check';

// The same cases each time: what decides whether a change lands must not depend on luck. NNFMT_TEST_SEED tries others.
fc.configureGlobal({ seed: Number(process.env.NNFMT_TEST_SEED ?? 1) });

export { fc };
