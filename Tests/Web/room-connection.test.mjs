// The line to a room, against a scripted socket.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Refused, RoomConnection } from '../../Web/room/connection.js';
import { kind } from '../../Web/room/packets.js';
import { RoomState } from '../../Web/room/room-state.js';

globalThis.location = new URL('https://example.org/room/');

/** Sockets that a test plays the server of. */
function makeServer() {
  const sockets = [];
  return {
    sockets,
    make(url) {
      const socket = {
        url, readyState: 0, bufferedAmount: 0, sent: [],
        send(data) { this.sent.push(data); },
        close(code) { Object.assign(this, { readyState: 3, code }); },
        open() { this.readyState = 1; this.onopen(); },
        say(message) { this.onmessage({ data: JSON.stringify(message) }); },
        fail(code = 1006) { this.readyState = 3; this.onclose?.({ code }); },
        get said() { return this.sent.filter((d) => typeof d === 'string').map((d) => JSON.parse(d)); },
      };
      sockets.push(socket);
      return socket;
    },
  };
}

const until = async (condition) => {
  for (let i = 0; i < 400; i += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.fail('it did not come');
};

const welcome = { t: 'welcome', participant: 7, secret: 's', role: 'member', version: 3, state: { room: { id: 'r' } }, chat: [] };

async function joined() {
  const server = makeServer();
  const events = [];
  const connection = new RoomConnection('r', async () => ({ token: 'T', name: 'Anna' }), server.make);
  for (const name of ['welcome', 'lobby', 'refused', 'lost', 'chat', 'signal', 'packet']) {
    connection.addEventListener(name, ({ detail }) => events.push([name, detail]));
  }
  connection.open();
  await until(() => server.sockets.length === 1);
  server.sockets[0].open();
  await until(() => server.sockets[0].said.length > 0);
  server.sockets[0].say(welcome);
  return { server, connection, events };
}

test('joins with a token, and takes the state', async () => {
  const { server, connection, events } = await joined();
  const [socket] = server.sockets;
  assert.equal(socket.url, 'wss://example.org/api/rooms/r/socket');
  assert.deepEqual(socket.said[0], { t: 'join', token: 'T', name: 'Anna' });
  assert.equal(connection.participant, 7);
  assert.deepEqual(connection.state.get('room'), { id: 'r' });
  assert.equal(events[0][0], 'welcome');
  assert.equal(events[0][1].isReturn, false);
  connection.close();
  // Who leaves says so: no seat is kept for them.
  assert.equal(socket.code, 1000);
});

test('a change that is missing has the state sent anew', async () => {
  const { server, connection } = await joined();
  const [socket] = server.sockets;
  socket.say({ t: 'change', v: 4, set: { 'person/7': { name: 'Anna' } } });
  socket.say({ t: 'change', v: 6, set: { 'person/8': { name: 'Ben' } } });
  assert.equal(connection.state.people.length, 1);
  assert.deepEqual(socket.said.at(-1), { t: 'sync', v: 4 });
  socket.say({ t: 'state', version: 6, state: { 'person/8': { name: 'Ben' } } });
  assert.deepEqual(connection.state.people, [{ name: 'Ben' }]);
  socket.say({ t: 'change', v: 7, drop: ['person/8'] });
  assert.deepEqual(connection.state.people, []);
  connection.close();
});

test('who loses the line comes back as the same, without being told twice', async () => {
  const { server, connection, events } = await joined();
  server.sockets[0].fail();
  assert.equal(events.at(-1)[0], 'lost');
  assert.equal(connection.isOpen, false);
  assert.equal(connection.send(kind.datagram, new Uint8Array(3)), false);
  await until(() => server.sockets.length === 2);
  server.sockets[1].open();
  await until(() => server.sockets[1].said.length > 0);
  assert.deepEqual(server.sockets[1].said[0].resume, { participant: 7, secret: 's', version: 3 });
  server.sockets[1].say({ ...welcome, version: 9 });
  assert.equal(events.at(-1)[1].isReturn, true);
  assert.equal(connection.isOpen, true);
  connection.close();
});

test('what is asked is answered, refused, or lost with the line', async () => {
  const { server, connection } = await joined();
  const [socket] = server.sockets;
  const done = connection.say({ t: 'sit', seat: 1 });
  const refused = connection.say({ t: 'sit', seat: 2 });
  const lost = connection.say({ t: 'chat', text: 'x' });
  const ids = socket.said.filter(({ id }) => id).map(({ id }) => id);
  socket.say({ t: 'refused', id: ids[1], code: 'taken', detail: 'Somebody sits there.' });
  socket.say({ t: 'done', id: ids[0] });
  await done;
  await assert.rejects(refused, (error) => error instanceof Refused && error.code === 'taken');
  socket.fail();
  await assert.rejects(lost);
  connection.close();
});

test('what cannot wait is left out', async () => {
  const { server, connection } = await joined();
  const [socket] = server.sockets;
  assert.equal(connection.send(kind.voice, Uint8Array.of(1)), true);
  assert.deepEqual([...socket.sent.at(-1)], [3, 255, 255, 1]);
  socket.bufferedAmount = 1 << 20;
  assert.equal(connection.send(kind.voice, Uint8Array.of(1)), false);
  connection.close();
});

test('a refusal of something small ends nothing', async () => {
  const { server, connection, events } = await joined();
  server.sockets[0].say({ t: 'refused', code: 'unknown-participant', detail: 'Nobody has this number.' });
  assert.equal(events.at(-1)[0], 'welcome');
  assert.equal(connection.isOpen, true);
  connection.close();
});

test('who was refused is not let try again by itself', async () => {
  const { server, events } = await joined();
  server.sockets[0].say({ t: 'refused', code: 'removed', detail: 'You were asked to leave.' });
  server.sockets[0].fail(4403);
  assert.deepEqual(events.at(-1)[1].code, 'removed');
  await new Promise((resolve) => setTimeout(resolve, 400));
  assert.equal(server.sockets.length, 1);
});

test('a state tells each key that differs, once', () => {
  const state = new RoomState();
  const told = [];
  state.addEventListener('change', ({ detail: { key, value } }) => told.push([key, value]));
  state.replace(1, { a: 1, b: { x: [1, 2] } });
  state.replace(2, { b: { x: [1, 2] }, c: 3 });
  assert.deepEqual(told, [['a', 1], ['b', { x: [1, 2] }], ['a', undefined], ['c', 3]]);
  assert.equal(state.apply({ v: 2, set: { c: 4 } }), true, 'an old one is passed over');
  assert.equal(state.get('c'), 3);
});

test('what comes before anybody listens is told then, in order', async () => {
  const server = makeServer();
  const peeked = [], events = [];
  const connection = new RoomConnection('r', async () => ({ token: 'T' }), server.make);
  connection.hold((message) => peeked.push(message.t));
  connection.open();
  server.sockets[0].open();
  server.sockets[0].say(welcome);
  server.sockets[0].say({ t: 'change', v: 4, set: { 'person/7': { name: 'Anna' } } });
  assert.deepEqual(peeked, ['welcome', 'change']);
  assert.equal(connection.participant, null);
  connection.addEventListener('welcome', () => events.push(connection.state.version));
  connection.listen();
  assert.deepEqual(events, [3]);
  assert.deepEqual(connection.state.people, [{ name: 'Anna' }]);
  connection.close();
});

test('who is refused before anybody listens is told so then', async () => {
  const server = makeServer();
  const events = [];
  const connection = new RoomConnection('r', async () => ({ token: 'T' }), server.make);
  connection.hold();
  connection.open();
  server.sockets[0].open();
  server.sockets[0].say({ t: 'refused', code: 'removed', detail: 'You were asked to leave.' });
  server.sockets[0].fail(4403);
  connection.addEventListener('refused', ({ detail }) => events.push(detail.code));
  connection.listen();
  assert.deepEqual(events, ['removed']);
  assert.equal(server.sockets.length, 1);
});
