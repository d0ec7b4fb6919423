// TensorFlow's description of a group. Source: tensorflow/core/protobuf/{tensorflow_server,cluster,config}.proto and
// xla/tsl/protobuf/coordination_config.proto.

import { type Fields, integer, message, text } from '../../io/protobuf.js';
import type { GroupMember } from './group.js';

/** Milliseconds. A rank that does not answer for so long has ended, or is stopped or cut off. */
const heartbeatTimeout = 5000;
/** Milliseconds for all ranks to join once they know each other. */
const joinTimeout = 20_000;

const job = 'worker';
export const taskName = (rank: number): string => `/job:${job}/replica:0/task:${rank}`;

/** A ServerDef, in bytes. Rank 0 runs the coordination service, which watches over all ranks. */
export function serverDef({ rank, addresses }: GroupMember): Uint8Array {
  const coordination = message(
    23, // ConfigProto.Experimental.coordination_config
    text(1, 'standalone'), // service_type
    text(2, taskName(0)), // service_leader
    integer(4, joinTimeout), // cluster_register_timeout_in_ms
    integer(5, heartbeatTimeout), // heartbeat_timeout_in_ms
    message(10, text(1, job), integer(2, addresses.length)), // coordinated_job_list: name, num_tasks
    integer(14, 1), // cluster_register_with_barrier
  );
  const experimental = message(16, text(1, taskName(0)), coordination); // collective_group_leader
  const tasks = addresses.map((address, index) => message(2, integer(1, index), text(2, address)));
  return bytesOf([
    ...message(1, message(1, text(1, job), ...tasks)), // cluster
    ...text(2, job), // job_name
    ...integer(3, rank), // task_index
    ...message(4, experimental), // default_session_config
    ...text(5, 'grpc'), // protocol
  ]);
}

const bytesOf = (fields: Fields): Uint8Array =>
  Buffer.concat(fields.map((part) => (part instanceof Uint8Array ? part : part.read())));
