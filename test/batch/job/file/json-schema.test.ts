import { expect, test } from 'vitest'
import { jobJsonSchema } from '../../../../src/batch/job/file/json-schema.ts'
import { describedJob } from '../../../support/job-schema.ts'

test('the JSON Schema that is shipped is that of the schema which checks job files', () => {
  // Where it is not: node test/support/job-schema.ts && npm run format
  expect(jobJsonSchema()).toEqual(JSON.parse(JSON.stringify(describedJob())))
})

test('it knows every step, and no option that only TypeScript can give', () => {
  const text = JSON.stringify(jobJsonSchema())
  for (const step of [
    'read',
    'chunk',
    'summarise',
    'extract',
    'ask',
    'embed',
    'rank',
    'dedupe',
    'filter',
    'run',
    'collect',
  ]) {
    expect(text).toContain(`"${step}"`)
  }
  expect(text).not.toContain('"task"')
  expect(text).not.toContain('"items":{}')
})
