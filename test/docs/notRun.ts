// The command lines in the documents that no test runs as they stand, and what there is in place of that.

/** By the first words of a command. A test fails where the documents have no such command any more. */
export const notRun: readonly { readonly begins: string; readonly because: string }[] = [
  { begins: 'npm start', because: 'sets up a new clone, and its demo trains on 400 images; tried by hand' },
  { begins: 'npm test', because: 'this is within it' },
  { begins: '.ci/run', because: 'it runs these tests' },
  { begins: 'npm run lint', because: '.ci/run runs it' },
  { begins: 'npm run unused', because: '.ci/run runs it' },
  { begins: 'npm run pack', because: '.ci/run makes the package' },
  { begins: 'node scripts/tryPackage.mjs', because: '.ci/run runs it, on the package' },
  { begins: 'npm run matrix', because: 'many Nodes to fetch; .ci/run runs two cells of it' },
  { begins: 'alexft setup --device cuda', because: '2.95 GB to fetch; npm test -- gpu tries what it makes' },
  {
    begins: 'npm run parity',
    because: 'wants torch, and takes a quarter of an hour; test/golden has its figures',
  },
  {
    begins: 'npm run bench',
    because: 'wants torch, 2,000 photos, and a quiet machine for half an hour',
  },
  { begins: 'npm run tutorial', because: 'wants torch and 2,000 photos, and takes half an hour' },
  { begins: 'pip install torch', because: '200 MB to fetch' },
  { begins: 'pip download --no-deps torchvision', because: 'fetches; the names that come of it are tested' },
  { begins: 'python scripts/imagenetClasses.py', because: 'wants the file of the line above it' },
  { begins: 'python test/golden/', because: 'wants torch 2.13; what it gave is what tests compare with' },
  {
    begins: 'python test/data/pillowDecode.py',
    because: 'wants Pillow 12.3; test/data runs it where that is',
  },
  { begins: 'python test/weights/torch/generateTorchFiles.py', because: 'wants torch' },
  { begins: 'python scripts/doctorFigures.py', because: 'wants torch' },
  {
    begins: 'node scripts/killSetup.mjs',
    because: 'wants the wheel of 274 MB; npm test -- killed has a small one',
  },
  {
    begins: 'node scripts/fuzz.mjs',
    because: 'goes on for ten minutes and more; test/fuzz gives each parser 3 s',
  },
  { begins: 'node bench/nearDuplicates.mjs', because: 'wants 2,000 photos, and measures' },
  { begins: 'node bench/checkSpeed.mjs', because: 'wants 2,000 photos, and measures' },
  { begins: 'node bench/loadSpeed.mjs', because: 'wants 2,000 photos, and measures' },
  { begins: 'npx asc', because: 'the build compiles the same' },
  { begins: 'node bench/memory.mjs', because: 'wants 2,000 photos, and measures' },
  {
    begins: 'alexft train --data d160',
    because: 'wants a container of 2.5 GB; test/cli/memory.test.ts makes one where it may',
  },
  { begins: 'npm run faults', because: 'takes twenty minutes; test/faults does some of each' },
  { begins: 'npm run soak', because: '10,000 steps; test/training/memory does some' },
];

/** Commands that are run although they begin as one above. */
export const runNevertheless: readonly string[] = [
  'npm start -- --help',
  'alexft setup --device cuda --dry-run',
];
