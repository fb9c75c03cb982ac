import { rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRuntime, type Runtime } from '../../../src/index.ts'
import { planOf, throughSteps } from '../../support/run-plan.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const giving = (value: number): string => `export default () => ${value}`
const job = (lane: string, more: object = {}) => ({
  input: { urls: ['a'] },
  steps: [{ run: { module: './step.mjs', lane, ...more } }],
})

async function results(folder: string, weft: Runtime, definition: object): Promise<unknown[]> {
  return (await throughSteps(await planOf(folder, definition), weft)).map(({ last }) => last)
}

describe.each(['cpu', 'io'])('a module of the user, on lane %s', (lane) => {
  test('that was edited between two runs of a process is loaded anew', async () => {
    await using folder = await tempFolder({ 'step.mjs': giving(1) })
    await using weft = await createRuntime()
    expect(await results(folder.path, weft, job(lane))).toEqual([1])
    await writeFile(join(folder.path, 'step.mjs'), giving(2))
    expect(await results(folder.path, weft, job(lane))).toEqual([2])
  })

  test('that is edited while a run is on gives no results under its old version', async () => {
    await using folder = await tempFolder({ 'step.mjs': giving(1) })
    await using weft = await createRuntime()
    const path = join(folder.path, 'step.mjs')
    const plan = await planOf(folder.path, job(lane))
    expect((await throughSteps(plan, weft))[0]?.last).toBe(1)
    await utimes(path, 1, 1)
    expect((await throughSteps(plan, weft))[0]?.last).toBe(1)
    await writeFile(path, giving(22))
    await expect(throughSteps(plan, weft)).rejects.toMatchObject({
      code: 'WORKER_MODULE',
      message: './step.mjs was changed since the run began: run the job again when it is as it should be',
    })
    await rm(path)
    await expect(throughSteps(plan, weft)).rejects.toThrow('./step.mjs is gone since the run began')
  })

  test('whose version somebody names may change', async () => {
    await using folder = await tempFolder({ 'step.mjs': giving(1) })
    await using weft = await createRuntime()
    const plan = await planOf(folder.path, job(lane, { version: '1' }))
    await writeFile(join(folder.path, 'step.mjs'), giving(22))
    expect((await throughSteps(plan, weft))[0]?.last).toBe(22)
  })

  test('may be CommonJS', async () => {
    await using folder = await tempFolder({
      'step.cjs': 'module.exports = ({ input }) => input + 1\nmodule.exports.other = () => 2',
    })
    await using weft = await createRuntime()
    const steps = [{ run: { module: './step.cjs', lane } }, { run: { module: './step.cjs', lane, export: 'other' } }]
    expect(
      (await throughSteps(await planOf(folder.path, { input: { urls: ['a'] }, steps }), weft))[0]?.results,
    ).toEqual({ result: 'a1', result2: 2 })
  })

  test.each(['export default {', 'throw new Error("no")', 'import "./nowhere.mjs"'])(
    'that does not load: %s',
    async (text) => {
      await using folder = await tempFolder({ 'step.mjs': text })
      await using weft = await createRuntime()
      await expect(results(folder.path, weft, job(lane))).rejects.toMatchObject({
        code: 'WORKER_MODULE',
        message: expect.stringMatching(/^(the worker module )?\.\/step\.mjs does not load: /),
      })
    },
  )
})
