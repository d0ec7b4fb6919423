// The layers of src/: a module imports only from its own layer and from those below it. No cycles, type imports included.
// `npm run graph` draws the folders.

/** From the ground up. */
const layers = [
  'core',
  'random',
  'io',
  'engine',
  'data',
  'audit',
  'model',
  'weights',
  'training',
  'run',
  'trainer',
  'drawing',
  'inference',
  'profile',
  'demo',
  'doctor',
  'report',
  'options',
  'commands',
  '(cli|index.ts)',
];

const below = layers.slice(0, -1).map((layer, index) => ({
  name: `${layer}-imports-nothing-above`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: `^src/(${layers.slice(index + 1).join('|')}|bin.ts)` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-orphans', severity: 'error', from: { orphan: true, pathNot: 'Worker.ts$|kernel' }, to: {} },
    ...below,
    {
      name: 'native-code-only-in-engine',
      severity: 'error',
      from: { pathNot: '^src/engine/' },
      to: { path: 'tfjs-node|tfjs-backend' },
    },
    {
      name: 'a-page-is-made-of-plain-data',
      severity: 'error',
      from: { path: '^src/report/', pathNot: '^src/report/gather/' },
      to: { path: '^src/(engine|data|model|training)|tensorflow|sharp', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'vendor|Kernel/|random/kernel/' },
    reporterOptions: { mermaid: { minify: false } },
  },
};
