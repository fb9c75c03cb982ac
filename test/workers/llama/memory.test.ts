import { join } from 'node:path'
import { expect, test } from 'vitest'
import { availableMemory } from '../../../workers/llama/memory.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const statistics = 'anon 100\nfile 900\ninactive_file 300\nactive_file 50\n'

test('without a limit it is what the machine has', async () => {
  expect(await availableMemory({ available: 500, limit: 0, total: 1000 })).toBe(500)
  expect(await availableMemory({ available: 500, limit: 2 ** 64, total: 1000 })).toBe(500)
})

test.each([
  ['of the group itself', '0::/jobs/one\n', 'cgroup/jobs/one/memory.stat'],
  ['of the nearest group that can be seen', '0::/host/path/of/it\n', 'cgroup/memory.stat'],
])('within a limit the file cache counts as free: %s', async (_, membership, place) => {
  await using folder = await tempFolder({ membership, [place]: statistics })
  const places = { membership: join(folder.path, 'membership'), mount: join(folder.path, 'cgroup') }
  expect(await availableMemory({ available: 200, limit: 800, total: 1000 }, places)).toBe(550)
  expect(await availableMemory({ available: 700, limit: 800, total: 1000 }, places)).toBe(800)
})

test('where nothing can be read, it is what Node says', async () => {
  const places = { membership: '/nowhere', mount: '/nowhere' }
  expect(await availableMemory({ available: 200, limit: 800, total: 1000 }, places)).toBe(200)
})
