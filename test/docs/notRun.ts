// The command lines in the documents that no test runs, and the reasons.

/** By the first words of a command. A test fails if no document shows such a command. */
export const notRun: readonly { readonly begins: string; readonly because: string }[] = [
  { begins: 'npm start', because: 'sets up a new clone, and its demo trains on 400 images; run by hand' },
  { begins: 'npm test', because: 'includes this test' },
  { begins: '.ci/run', because: 'runs these tests' },
  { begins: 'npm run lint', because: '.ci/run runs it' },
  { begins: 'npm run unused', because: '.ci/run runs it' },
  { begins: 'npm run pack', because: '.ci/run makes the package' },
  { begins: 'node scripts/tryPackage.mjs', because: '.ci/run runs it on the package' },
  { begins: 'npm run matrix', because: 'fetches many Node versions; .ci/run runs two cells of it' },
  {
    begins: 'alexft setup --device cuda',
    because: 'fetches 3.27 GB; npm test -- gpu tests the installed engine',
  },
  {
    begins: 'npm run parity',
    because: 'needs torch and a quarter of an hour; test/golden has its values',
  },
  { begins: 'npm run distributed', because: 'needs photos, and measures' },
  { begins: 'node bench/distributed/model.mjs', because: 'needs the rows of npm run distributed' },
  { begins: 'npm run bench', because: 'needs torch, 2,000 photos, and an idle machine for half an hour' },
  { begins: 'npm run gpu', because: 'needs a GPU and torch; test/bench runs some steps' },
  { begins: 'node bench/precision.mjs', because: 'needs torch, 2,000 photos and ten minutes' },
  {
    begins: 'alexft train --data data/PetImages --precision bfloat16',
    because: 'needs a CPU with bfloat16; test/commands/training/precision.test.ts trains in it',
  },
  { begins: 'npm run tutorial', because: 'needs torch, 2,000 photos and half an hour' },
  { begins: 'pip install torch', because: 'fetches 200 MB' },
  { begins: 'pip download --no-deps torchvision', because: 'fetches; the resulting names are tested' },
  { begins: 'python scripts/imagenetClasses.py', because: 'needs the file of the line above it' },
  { begins: 'python test/golden/', because: 'needs torch 2.13; tests compare with its results' },
  {
    begins: 'python test/data/formats/pillowDecode.py',
    because: 'needs Pillow 12.3; test/data runs it if available',
  },
  { begins: 'python test/weights/torch/generateTorchFiles.py', because: 'wants torch' },
  { begins: 'python scripts/doctorFigures.py', because: 'wants torch' },
  {
    begins: 'node scripts/killSetup.mjs',
    because: 'needs the wheel of 274 MB; npm test -- killed has a small one',
  },
  {
    begins: 'node scripts/fuzz.mjs',
    because: 'runs for ten minutes and more; test/fuzz runs each parser for a second',
  },
  {
    begins: 'alexft lr-find',
    because: 'trains 300 steps; test/commands/training/lrFind.test.ts trains a narrow network',
  },
  { begins: 'npm run regularization', because: 'trains 90 times' },
  { begins: 'node bench/nearDuplicates.mjs', because: 'needs 2,000 photos, and measures' },
  { begins: 'node bench/swappedLabels.mjs', because: 'needs 2,000 photos, and measures' },
  { begins: 'node bench/checkSpeed.mjs', because: 'needs 2,000 photos, and measures' },
  { begins: 'node bench/loadSpeed.mjs', because: 'needs 2,000 photos, and measures' },
  { begins: 'node bench/memory.mjs', because: 'needs 2,000 photos, and measures' },
  { begins: 'node bench/saveSpeed.mjs', because: 'writes several GB, and measures' },
  {
    begins: 'node bench/exports.mjs',
    because: 'needs a trained model, 200 photos, and Python with TensorFlow',
  },
  { begins: 'node bench/exportedPage.mjs', because: 'needs a trained model, 200 photos, and Chromium' },
  { begins: 'npx asc', because: 'the build compiles the same' },
  {
    begins: 'alexft train --data d160',
    because: 'needs a container of 2 GB; test/cli/memory.test.ts makes one if permitted',
  },
  { begins: 'npm run faults', because: 'takes twenty minutes; test/faults runs some of each' },
  { begins: 'alexft serve', because: 'serves until it is stopped; test/serve starts it' },
  { begins: 'ALEXFT_SERVE_TOKEN=', because: 'listens on all addresses; test/serve has a token on loopback' },
  { begins: 'curl ', because: 'needs the server; test/serve sends the same requests' },
  { begins: 'npm run load', because: 'measures a server under load for a minute and more' },
  { begins: 'tensorboard', because: 'serves until it is stopped; test/tensorboard reads the files with it' },
  {
    begins: 'alexft completion',
    because: 'writes into the home folder; test/cli/completion runs the scripts in their shells',
  },
  { begins: 'npm run soak', because: '10,000 steps; test/training/memory runs some' },
];

/** Commands that are run although they start like one above. */
export const runNevertheless: readonly string[] = [
  'npm start -- --help',
  'alexft setup --device cuda --dry-run',
];
