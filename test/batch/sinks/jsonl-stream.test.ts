import { PassThrough, Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { jsonlStream } from '../../../src/batch/sinks/jsonl-stream.ts'
import { runChild } from '../../support/child.ts'

const writer = fileURLToPath(new URL('../../fixtures/sinks/write.ts', import.meta.url))
const stdout = { place: 'standard output', owned: false }

describe('jsonlStream', () => {
  it('waits for a slow reader', async () => {
    const pipe = new PassThrough({ highWaterMark: 1 })
    const sink = jsonlStream(pipe, stdout)
    let written = 0
    const writing = (async () => {
      for (let index = 0; index < 3; index += 1) {
        await sink.write({ index })
        written += 1
      }
    })()
    for (let turn = 0; turn < 10; turn += 1) await nextTurn()
    expect(written).toBeLessThan(3)
    pipe.setEncoding('utf8')
    let read = ''
    pipe.on('data', (text: string) => {
      read += text
    })
    await writing
    await sink.close()
    expect(read).toBe('{"index":0}\n{"index":1}\n{"index":2}\n')
    expect(pipe.writableEnded).toBe(false)
  })

  it('ends a stream of its own, and not before all is written', async () => {
    const taken: string[] = []
    const stream = new Writable({
      decodeStrings: false,
      write: (text: string, _encoding, done) => {
        setImmediate(() => {
          taken.push(text)
          done()
        })
      },
    })
    const sink = jsonlStream(stream, { place: 'a pipe', owned: true })
    const writes = [sink.write({ a: 1 }), sink.write({ a: 2 })]
    await sink.close()
    await Promise.all(writes)
    expect(taken).toEqual(['{"a":1}\n', '{"a":2}\n'])
    expect(stream.writableFinished).toBe(true)
  })

  it.skipIf(process.platform === 'win32')('ends quietly under `head -1` (needs a POSIX shell)', async () => {
    const { stdout, stderr } = await runChild('sh', [
      '-c',
      '{ "$0" "$1"; echo "exit $?" >&2; } | head -n 1',
      process.execPath,
      writer,
    ])
    expect(JSON.parse(stdout)).toMatchObject({ input: 'https://a.example/0' })
    const [failure = '', exit] = stderr.trim().split('\n').slice(-2)
    expect(JSON.parse(failure)).toMatchObject({ code: 'OUTPUT_CLOSED' })
    expect(exit).toBe('exit 0')
  })

  it.skipIf(process.platform !== 'linux')('says that the disk is full (needs /dev/full)', async () => {
    const { code, stderr } = await runChild('sh', ['-c', '"$0" "$1" >/dev/full', process.execPath, writer])
    expect(JSON.parse(stderr)).toMatchObject({
      code: 'OUTPUT_FAILED',
      message:
        'cannot write to standard output: no space is left on the disk; free some, or choose another place with --out',
    })
    expect(code).toBe(1)
  })

  it('fails every write after the reader has gone, and still closes', async () => {
    const stream = new PassThrough()
    const sink = jsonlStream(stream, stdout)
    stream.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
    await expect(sink.write({})).rejects.toMatchObject({ code: 'OUTPUT_CLOSED', cause: { code: 'EPIPE' } })
    await expect(sink.write({})).rejects.toMatchObject({ code: 'OUTPUT_CLOSED' })
    await sink.close()
    await sink.abandon()
  })
})
