import { describe, expect, it } from 'vitest'
import { ioThreads } from '../../src/observe/io-threads.ts'

describe('ioThreads', () => {
  it.each([
    [undefined, 4],
    ['8', 8],
    ['0', 1],
    ['many', 1],
    ['-1', 1024],
    ['5000', 1024],
  ])('reads UV_THREADPOOL_SIZE=%s as %i, as libuv does', (setting, threads) => {
    expect(ioThreads(setting)).toEqual({ threads, fromEnvironment: setting !== undefined })
  })
})
