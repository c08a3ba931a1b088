/** Three projects: `unit` needs nothing, `integration` and `e2e` use the servers that test/servers.ts starts or finds. */
const libs = [
  'records',
  'consent',
  'constant-contact',
  'klaviyo',
  'kafka',
  'http',
  'persistence',
  'platform',
  'simulators',
];

const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.portage', '<rootDir>/.cache'],
  moduleNameMapper: {
    ...Object.fromEntries(libs.map((lib) => [`^@portage/${lib}$`, `<rootDir>/libs/${lib}/src/index.ts`])),
    '^@portage/platform/service$': '<rootDir>/libs/platform/src/service.ts',
    '^(\\.{1,2}/.*(?<!\\.json))\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

export default {
  // A guard against hanging, not a measure: real servers on a busy machine take their time. Jest reads it here only,
  // not from a project.
  testTimeout: 60_000,
  testSequencer: '<rootDir>/test/sequencer.mjs',
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/{apps,libs,tools,test}/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.(int|e2e)-spec\\.ts$'],
    },
    {
      ...common,
      displayName: 'integration',
      setupFilesAfterEnv: ['<rootDir>/test/again.setup.mjs'],
      testMatch: ['<rootDir>/{apps,libs,tools,test}/**/*.int-spec.ts'],
      globalSetup: '<rootDir>/test/servers.setup.mjs',
      globalTeardown: '<rootDir>/test/servers.teardown.mjs',
    },
    {
      ...common,
      displayName: 'e2e',
      setupFilesAfterEnv: ['<rootDir>/test/e2e/patience.setup.mjs'],
      testMatch: ['<rootDir>/test/e2e/**/*.e2e-spec.ts'],
      globalSetup: '<rootDir>/test/servers.setup.mjs',
      globalTeardown: '<rootDir>/test/servers.teardown.mjs',
    },
  ],
};
