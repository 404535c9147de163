import { expect, test } from 'vitest'
import { checkOpenFiles } from '../../../src/node/openFiles.ts'
import type { NodeEvent } from '../../../src/node/options.ts'

const limits = { maxConnections: 100, maxHttpConnections: 1_000 }

/** What a node says that may open so many files. */
function saysAt(allowed: number | undefined): readonly NodeEvent[] {
  const events: NodeEvent[] = []
  checkOpenFiles({ limits, maxPeers: 104, onEvent: (event) => events.push(event), allowed })
  return events
}

test('a node says when it may open fewer files than it may need, and does not start on too few', () => {
  expect(() => saysAt(127)).toThrow(expect.objectContaining({ code: 'TOO_FEW_FILES' }))
  for (const few of [128, 1_331]) {
    expect(saysAt(few)).toEqual([{ kind: 'warning', message: expect.stringMatching(`may open ${few} files.* 1332`) }])
  }
  expect(saysAt(1_332)).toEqual([])
  expect(saysAt(undefined)).toEqual([])
  // The machine that runs the tests lets a node start.
  expect(() => checkOpenFiles({ limits, maxPeers: 0, onEvent: () => undefined })).not.toThrow()
})
