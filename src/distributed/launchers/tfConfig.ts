// TF_CONFIG, a variable with the addresses of all processes.

import { isObject } from '../../core/json.js';
import { LauncherProblem, type Place } from './variables.js';

/** TFJob and Vertex AI list every address. A chief, where there is one, is rank 0. */
export function fromTfConfig(text: string): Place {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new LauncherProblem('TF_CONFIG is not JSON');
  }
  const { cluster, task } = isObject(value) ? value : {};
  if (!isObject(cluster) || !isObject(task))
    throw new LauncherProblem("TF_CONFIG has no 'cluster' and 'task'");
  const tasks = ['chief', 'master', 'worker'].flatMap((type) => {
    const hosts = cluster[type] ?? [];
    return Array.isArray(hosts) ? hosts.map((host, index) => ({ type, index, host: String(host) })) : [];
  });
  const rank = tasks.findIndex(({ type, index }) => type === task.type && index === Number(task.index));
  if (rank < 0) {
    throw new LauncherProblem(
      `TF_CONFIG says that this is '${String(task.type)}' ${String(task.index)}, which is not in its cluster of chief and workers`,
    );
  }
  const [, host, port] = /^\[?(.+?)\]?:(\d+)$/.exec(tasks[0]!.host) ?? [];
  if (host === undefined) throw new LauncherProblem(`TF_CONFIG has '${tasks[0]!.host}', not HOST:PORT`);
  return { rank, worldSize: tasks.length, address: { host, port: Number(port) } };
}
