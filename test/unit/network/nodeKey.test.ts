import { expect, test } from 'vitest'
import { createNodeKey, NODE_KEY_BYTES, parseContact, peerIdOf } from '../../../src/network/index.ts'

/** Seeds of one byte repeated, and what libp2p 3.3.11 calls their keys. */
test.each([
  [0, '12D3KooWDpJ7As7BWAwRMfu1VU2WCqNjvq387JEYKDBj4kx6nXTN'],
  [1, '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5'],
  [2, '12D3KooWJWoaqZhDaoEFshF7Rh1bpY9ohihFhzcW6d69Lr2NASuq'],
  [3, '12D3KooWRndVhVZPCiQwHBBBdg769GyrPUW13zxwqQyf9r3ANaba'],
])('a key has the name that libp2p gives it (%i)', (fill, name) => {
  expect(peerIdOf(new Uint8Array(NODE_KEY_BYTES).fill(fill))).toBe(name)
})

test('new keys differ', () => {
  expect(peerIdOf(createNodeKey())).not.toBe(peerIdOf(createNodeKey()))
})

test('a contact is a name and where to find it', () => {
  const id = peerIdOf(createNodeKey())
  expect(parseContact(`${id}@127.0.0.1:9000`)).toEqual({ id, addresses: ['127.0.0.1:9000'] })
  expect(parseContact(`${id}@[::1]:9000`)).toEqual({ id, addresses: ['[::1]:9000'] })
  for (const wrong of ['', id, `${id}@host`, '127.0.0.1:9000', `${id.slice(1)}@host:1`, `${id}@:9000`]) {
    expect(() => parseContact(wrong)).toThrow('no address of a node')
  }
})
