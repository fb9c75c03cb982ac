import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { loadJob } from '../../../../src/batch/job/file/load-job.ts'
import { planJob } from '../../../../src/batch/job/plan-job.ts'
import { createRuntime, job } from '../../../../src/index.ts'
import { throughSteps } from '../../../support/run-plan.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

test('job gives what it was given, frozen', () => {
  const given = { input: { urls: ['https://a.example'] }, steps: ['read'] } as const
  expect(job(given)).toBe(given)
  expect(Object.isFrozen(given)).toBe(true)
})

test('job names every fault by its path', () => {
  const faulty = { input: { urls: ['a'] }, steps: ['read', { summarise: { sentense: 3 } }], limit: 0 }
  expect(() => job(faulty as never)).toThrow(
    /^job: limit: expected >=1, got 0\njob: steps\[1\]\.summarise\.sentense: unknown option sentense, did you mean sentences\?/,
  )
})

test('a job of TypeScript has functions as steps, models and schemas as values, and items of its own', async () => {
  const index = new URL('../../../../src/index.ts', import.meta.url).href
  const text = `import { job } from '${index}'
import { scripted } from '${new URL('../../../support/scripted-generator.ts', import.meta.url).href}'
import { z } from '${import.meta.resolve('zod')}'
const model = scripted(() => '{"size":3}')
export default job({
  input: { items: [{ name: 'a' }, { name: 'b' }] },
  steps: [
    { run: { task: ({ input }, { attempt }) => input.name + attempt } },
    { ask: { with: model, prompt: 'How large is {{result}}?', schema: z.object({ size: z.number() }) } },
    { filter: { field: 'answer.size', equals: 3 } },
    { run: { task: ({ results }) => results.answer.size + 1, given: ['answer'], version: '2' } },
  ],
})`
  await using folder = await tempFolder()
  await writeFile(join(folder.path, 'own.ts'), text)
  const loaded = await loadJob(join(folder.path, 'own.ts'))
  const plan = await planJob(loaded, { stdin: new PassThrough(), stdout: new PassThrough() })
  await using weft = await createRuntime()
  const items = await throughSteps(plan, weft)
  expect(items.map(({ results }) => results)).toEqual([
    { result: 'a1', answer: { size: 3 }, result2: 4 },
    { result: 'b1', answer: { size: 3 }, result2: 4 },
  ])
})
