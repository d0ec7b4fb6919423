// Runs a SavedModel in the TensorFlow that a native engine has loaded, through TF_LoadSessionFromSavedModel.

import type { SavedModel } from './engine.js';
import type { Binding } from './tfjsNode.js';

/** Loads the graph with the tag `serve` in `folder`. Throws TensorFlow's error. */
export function loadSavedModel(binding: Binding, folder: string): SavedModel {
  const id = binding.loadSavedModel(folder, 'serve');
  return {
    run: (input, shape, values, output) => {
      const type = values instanceof Float32Array ? binding.TF_FLOAT : binding.TF_UINT8;
      const given = binding.createTensor([...shape], type, values);
      try {
        const [result] = binding.runSavedModel(id, [given], `${input}:0`, `${output}:0`);
        const outputs = binding.tensorDataSync(result!.id);
        binding.deleteTensor(result!.id);
        return outputs;
      } finally {
        binding.deleteTensor(given);
      }
    },
    dispose: () => binding.deleteSavedModel(id),
  };
}
