module.exports = {
  'node-option': ['import=tsx'],
  extension: ['ts'],
  'forbid-only': true,
  // in CI a layer that cannot run is a failure; elsewhere it says why it is left out
  'forbid-pending': process.env.CHAOS_TESTS_SKIP_NOTHING !== undefined,
  'fail-zero': true,
  // a limit for what hangs, not for what a busy machine does slowly
  timeout: 20_000,
};
