// Options of a training in several processes that no launcher has started.

import { number, text } from '../optionKinds.js';

export const distributedOptions = {
  rendezvous: text({
    flag: '--rendezvous',
    placeholder: '<host:port>',
    group: 'Several processes',
    help: 'where rank 0 waits for the other ranks (docs/distributed.md)',
    default: undefined,
  }),
  rank: number({
    flag: '--rank',
    group: 'Several processes',
    help: 'number of this process, from 0; launchers give it by variables',
    integer: true,
    min: 0,
    max: 65_535,
    default: undefined,
  }),
  worldSize: number({
    flag: '--world-size',
    group: 'Several processes',
    help: 'number of processes that train together',
    integer: true,
    min: 1,
    max: 65_536,
    default: undefined,
  }),
};
