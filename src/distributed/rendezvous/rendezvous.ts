// The ranks meet at rank 0 before the training: each says where it listens and what it trains, and learns where the
// others are. TensorFlow needs every address before it connects.

import type { GroupPlace } from '../launchers/place.js';
import { hostRanks } from './hostRanks.js';
import { joinHost } from './joinHost.js';
import type { Meeting } from './meeting.js';

/** Milliseconds in which all ranks have to connect. A launcher starts them together. */
const meetingTime = 60_000;

/**
 * Connects this rank to the others. Throws a UserError where a rank does not come in time, naming it, or rank 0's port
 * is in use.
 */
export function meet(place: GroupPlace, signal?: AbortSignal, time: number = meetingTime): Promise<Meeting> {
  return place.rank === 0 ? hostRanks(place, time, signal) : joinHost(place, time, signal);
}
