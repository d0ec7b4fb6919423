// npm run pack: sets up what is missing and makes the package, alexft-VERSION.tgz: dist/ from today's sources, the
// ready-built addon, the notices. Nothing is packed that scripts/checkPackage.mjs does not know. The tarball's path is
// the only line on stdout.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { npmOutput, root, say, step } from './processes.mjs';
import { setUp } from './setup.mjs';

/** Makes the package and returns its path. Ends the process where that is not possible. */
export async function pack() {
  await setUp();
  const { prebuild } = await import('./prebuild.mjs');
  await step('Compiling the addon for linux-x64 (fetches TensorFlow, 274 MB, if it is not there)', prebuild);
  const { checkPackage } = await import('./checkPackage.mjs');
  await step('Checking the contents', () => checkPackage({ log: say }));

  const [{ filename }] = Object.values(JSON.parse(npmOutput('pack', '--json', '--ignore-scripts')));
  return join(root, filename);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  console.log(await pack());
}
