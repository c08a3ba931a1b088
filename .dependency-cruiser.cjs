/** The directions of docs/architecture.md, one sentence per rule. */
const lib = (name) => `^libs/${name}/`;
const libs = (...names) => names.map(lib);
const only = (name, comment, from, allowed) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.(int-)?spec\\.ts$' },
  to: { path: '^(libs|apps|tools|test)/', pathNot: [from, ...allowed] },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'A cycle has no reading order.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'apps-apart',
      comment: 'Services meet through Kafka and HTTP only.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-below-apps',
      comment: 'A library never knows who uses it.',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.(int-)?spec\\.ts$' },
      to: { path: '^(apps|tools|test)/' },
    },
    only('records-alone', 'Records are under everyone and import no other library.', lib('records'), []),
    only(
      'consent-on-records',
      'Decisions about people know records and nothing else.',
      lib('consent'),
      libs('records'),
    ),
    only('platform-low', 'The platform knows no domain and no other library.', lib('platform'), []),
    only(
      'http-on-platform',
      'HTTP knows errors, waiting and the shared quotas in PostgreSQL.',
      lib('http'),
      libs('platform', 'persistence'),
    ),
    only(
      'persistence-on-platform',
      'Persistence knows PostgreSQL and no domain.',
      lib('persistence'),
      libs('platform'),
    ),
    only(
      'kafka-on-records',
      'Kafka carries records; it knows neither vendor nor service.',
      lib('kafka'),
      libs('records', 'platform'),
    ),
    only('simulators-judge', 'Simulators import nothing of ours, so that they can judge it.', lib('simulators'), []),
    only('oracle-judges', 'The oracle computes the truth without the code it judges.', '^test/oracle/', [
      '^libs/simulators/',
    ]),
    {
      name: 'vendors-apart',
      comment: 'The two vendor libraries never import each other.',
      severity: 'error',
      from: { path: '^libs/(constant-contact|klaviyo)/' },
      to: { path: '^libs/(constant-contact|klaviyo)/', pathNot: '^libs/$1/' },
    },
    {
      name: 'simulators-not-in-services',
      comment: 'A service never contains a simulator.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: ['^libs/simulators/', '\\.(int-)?spec\\.ts$'] },
      to: { path: lib('simulators') },
    },
    {
      name: 'kafka-behind-its-library',
      comment: 'Only libs/kafka imports kafkajs and the registry client.',
      severity: 'error',
      from: { pathNot: [lib('kafka'), '^test/', '\\.(int-)?spec\\.ts$'] },
      to: { path: 'node_modules/(kafkajs|@kafkajs)/' },
    },
    {
      name: 'undici-behind-its-library',
      comment: 'Only libs/http imports undici.',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: [lib('http'), lib('simulators')] },
      to: { path: 'node_modules/undici/' },
    },
    {
      name: 'avsc-in-records',
      comment: 'Only libs/records imports avsc.',
      severity: 'error',
      from: { path: '^(apps|libs|tools)/', pathNot: [lib('records'), '\\.(int-)?spec\\.ts$'] },
      to: { path: 'node_modules/avsc/' },
    },
    {
      name: 'nest-at-the-edge',
      comment: 'Only modules, controllers, main and the platform import Nest, so that the work reads without it.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: [lib('platform'), '\\.(module|controller)\\.ts$', '/main\\.ts$', '\\.(int-)?spec\\.ts$'],
      },
      to: { path: 'node_modules/@nestjs/' },
    },
    {
      name: 'service-shell-in-services',
      comment: 'What loads Nest is for services: the command line and the libraries start without it.',
      severity: 'error',
      from: { path: '^(libs|tools)/', pathNot: [lib('platform')] },
      to: { path: '^libs/platform/src/service\\.ts$' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)generated/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
