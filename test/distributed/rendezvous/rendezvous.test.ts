import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import type { Facts } from '../../../dist/distributed/rendezvous/facts.js';
import { freePort, type Meeting } from '../../../dist/distributed/rendezvous/meeting.js';
import { meet } from '../../../dist/distributed/rendezvous/rendezvous.js';

const host = '127.0.0.1';

/** The members that each rank learns of, or its error. */
async function meetAll(facts: readonly Facts[], { time = 5000, worldSize = facts.length, first = 0 } = {}) {
  const address = { host, port: await freePort() };
  const ranks = facts.map(async (own, index) => {
    await using meeting: Meeting = await meet({ rank: first + index, worldSize, address }, undefined, time);
    return await meeting.agree(own);
  });
  return await Promise.all(ranks.map((rank) => rank.catch((error: Error) => error.message)));
}

test('each rank learns the addresses of all', async () => {
  const facts = { options: 'a', images: 'b' };
  const members = await meetAll([facts, facts, facts]);
  for (const [rank, member] of members.entries()) {
    assert.ok(typeof member === 'object', String(member));
    assert.equal(member.rank, rank);
    assert.equal(member.addresses.length, 3);
    assert.deepEqual(member.addresses, (members[0] as { addresses: readonly string[] }).addresses);
    for (const address of member.addresses) assert.match(address, /^127\.0\.0\.1:\d+$/);
  }
});

test('ranks that differ are refused on all ranks, naming what differs', async () => {
  const same = { options: 'a', images: 'b' };
  const message = 'Rank 2 (127.0.0.1) differs from rank 0 in images: c instead of b.';
  assert.deepEqual(await meetAll([same, same, { options: 'a', images: 'c' }]), [message, message, message]);
});

test('a rank that does not come is named', async () => {
  const [first, second] = await meetAll([{}, {}], { worldSize: 4, time: 300 });
  assert.equal(first, 'Within 0.3 s, 2 of 4 ranks did not connect to rank 0: rank 2, 3.');
  assert.equal(second, first);
  const [alone] = await meetAll([{}], { worldSize: 2, first: 1, time: 300 });
  assert.match(String(alone), /^Within 0\.3 s, rank 0 did not answer at 127\.0\.0\.1:\d+/);
});

test('where a rank ends before the training, the others end', async () => {
  const address = { host, port: await freePort() };
  const place = (rank: number) => ({ rank, worldSize: 3, address });
  const [zero, one, two] = await Promise.all([meet(place(0)), meet(place(1)), meet(place(2))]);
  const others = [zero, one].map((meeting) => meeting.agree({}).catch((error: Error) => error.message));
  await two[Symbol.asyncDispose]();
  const message = 'Rank 2 (127.0.0.1) has ended before the training began.';
  assert.deepEqual(await Promise.all(others), [message, message]);
});

test("two groups can't use one port, and other connections do no harm", async (t) => {
  const address = { host, port: await freePort() };
  const place = (rank: number) => ({ rank, worldSize: 2, address });
  const zero = meet(place(0));
  const stranger = connect(address.port, host).on('error', () => {});
  t.after(() => stranger.destroy());
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => stranger.once('close', resolve));
  await assert.rejects(meet(place(0)), { name: 'UserError', message: /can't listen on.*EADDRINUSE/ });
  const ranks = await Promise.all([zero, meet(place(1))]);
  const members = await Promise.all(ranks.map((meeting) => meeting.agree({})));
  assert.deepEqual(
    members.map(({ rank }) => rank),
    [0, 1],
  );
  for (const meeting of ranks) await meeting[Symbol.asyncDispose]();
});

test('a wrong world size and a rank that is there twice are refused', async () => {
  const address = { host, port: await freePort() };
  const zero = meet({ rank: 0, worldSize: 3, address });
  const other = meet({ rank: 1, worldSize: 2, address }).then((meeting) => meeting.agree({}));
  const results = await Promise.allSettled([zero, other]);
  assert.match(
    String((results[0] as PromiseRejectedResult).reason),
    /expects 2 more ranks of 3, but rank 1 of 2/,
  );
  assert.equal(results[1].status, 'rejected');
});
