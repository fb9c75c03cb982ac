import { expect, it } from 'vitest'
import { Ordering } from '../../../../src/batch/durable/output/ordering.ts'
import { Outlet, type Unit } from '../../../../src/batch/durable/output/outlet.ts'
import { MemorySink } from '../../../support/jobs.ts'

const line = `${'x'.repeat(2 ** 20 - 1)}\n`
const unit: Unit = {
  sequence: 0,
  record: { id: '', input: '', status: 'done', value: '', line },
  isReport: false,
  confirm: () => {},
}

/** So many items, of which the first is open and the others are settled; each with a record of 1 MiB. */
function behindAnOpenOne(items: number) {
  let stuck = 0
  const outlet = new Outlet({
    records: new MemorySink(),
    report: undefined,
    bytes: 0,
    sequence: 0,
    committed: async () => {},
    mark: () => {},
    broke: (failure) => {
      throw failure
    },
    isSynced: false,
  })
  const ordering = new Ordering(outlet, true, () => {
    stuck += 1
  })
  for (let root = 0; root < items; root += 1) ordering.read(root)
  const settle = (root: number): void => {
    ordering.put(root, [root], unit)
    ordering.settled(root)
  }
  return { ordering, settle, isStuck: () => stuck > 0 }
}

it('says that it is stuck behind an item that nobody decides about, whenever that is left, and nobody waits for it', async () => {
  for (const isLeftFirst of [true, false]) {
    const { ordering, settle, isStuck } = behindAnOpenOne(65)
    if (isLeftFirst) ordering.left(0)
    for (let root = 1; root < 64; root += 1) settle(root)
    await ordering.room()
    expect(isStuck()).toBe(false)
    settle(64)
    if (!isLeftFirst) ordering.left(0)
    expect(isStuck()).toBe(true)
    await ordering.room()
  }
})

it('waits for one that is under way', async () => {
  const { ordering, settle, isStuck } = behindAnOpenOne(66)
  ordering.left(65)
  for (let root = 1; root < 65; root += 1) settle(root)
  const room = ordering.room()
  settle(0)
  await room
  expect(isStuck()).toBe(false)
})
