import { describe, expect, it } from 'vitest'
import { physicalCores } from '../../src/observe/physical-cores.ts'
import { tempFolder } from '../support/temp-folder.ts'

describe('physicalCores', () => {
  it('counts the threads of one core once', async () => {
    const list = (cpu: number) => `cpu${cpu}/topology/thread_siblings_list`
    await using folder = await tempFolder({
      [list(0)]: '0,2\n',
      [list(1)]: '1,3\n',
      [list(2)]: '0,2\n',
      [list(3)]: '1,3\n',
      'cpu4/online': '0',
      'cpufreq/x': '',
    })
    expect(await physicalCores(folder.path)).toBe(2)
  })

  it('knows nothing where the system does not tell', async () => {
    expect(await physicalCores('/nowhere')).toBeNull()
  })
})
