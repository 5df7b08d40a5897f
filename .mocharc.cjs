module.exports = {
  'node-option': ['import=tsx'],
  extension: ['ts'],
  'forbid-only': true,
  // in CI a layer that cannot run is a failure; elsewhere it says why it is left out
  'forbid-pending': process.env.CHAOS_TESTS_SKIP_NOTHING !== undefined,
  'fail-zero': true,
  timeout: 2000,
};
