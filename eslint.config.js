// @ts-check
import tseslint from 'typescript-eslint';

/** Only the program's edge may touch the process it lives in; everything else gets what it needs as a parameter. */
const processAccess = ['exit', 'env', 'stdout', 'stderr', 'stdin', 'argv'].map((property) => ({
  object: 'process',
  property,
  message:
    'Only programs (src/cli, src/kernel, *-main.ts) touch the process; take it as a parameter.',
}));

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', 'reports/', 'node_modules/', 'labs/', '**/*.d.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.json', './test/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      // what only annoys
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unified-signatures': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'no-console': 'error',
      'no-restricted-properties': ['error', ...processAccess],
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: [
      'src/cli/**',
      'src/kernel/**',
      'src/run/{engine-main,lab-main,engine,outer}.ts',
      'src/lab/containerlab/build-images-main.ts',
      'src/undo/watchdog-main.ts',
      'src/host/namespaces.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Lab time is the room's clock and chance is the seed's: neither may come from the machine.
    files: ['src/{scenario,plan,check,report,fault,observe,probe,wire,run}/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
          message: 'Chance comes from the seed.',
        },
        {
          selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
          message: 'Time is lab time.',
        },
      ],
    },
  },
  {
    files: ['src/report/html/page/**'],
    languageOptions: { parserOptions: { project: ['./src/report/html/page/tsconfig.json'] } },
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      'no-console': 'off',
      'no-restricted-properties': 'off',
      'max-lines': 'off',
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    ...tseslint.configs.disableTypeChecked,
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      'no-console': 'off',
      'no-restricted-properties': 'off',
    },
  },
);
